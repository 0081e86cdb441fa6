using Sluice.Net;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter.Ipvs;

/// <summary>The virtual servers that were found in all sources, and how they become one table.</summary>
internal sealed class IpvsDrafts(List<ReaderNote> notes)
{
    private readonly List<VirtualServerDraft> _drafts = [];
    private readonly Dictionary<VirtualServerKey, VirtualServerDraft> _latest = [];
    private readonly HashSet<string> _said = new(StringComparer.Ordinal);

    /// <summary>Whether the sources hold nothing of IPVS, not even an empty listing.</summary>
    public bool IsEmpty { get; private set; } = true;

    /// <summary>Something of IPVS was seen.</summary>
    public void Seen() => IsEmpty = false;

    /// <summary>A virtual server begins.</summary>
    public VirtualServerDraft Begin(VirtualServer shape)
    {
        var draft = new VirtualServerDraft(shape);
        _drafts.Add(draft);
        _latest[shape.Key] = draft;
        Seen();
        return draft;
    }

    /// <summary>The virtual server that began last with this key; null when none did.</summary>
    public VirtualServerDraft? Find(VirtualServerKey key) => _latest.GetValueOrDefault(key);

    public void Note(SourceSpan span, string message, ReaderNoteKind kind = ReaderNoteKind.NotUnderstood) => notes.Add(new ReaderNote(span, message, kind));

    /// <summary>Says something once for each subject.</summary>
    public void NoteOnce(string subject, SourceSpan span, string message)
    {
        if (_said.Count < 100 && _said.Add(subject))
        {
            Note(span, message);
        }
    }

    /// <summary>
    /// The virtual servers. One that was shown several times counts once: what one form does not show is taken from another, and where they
    /// say otherwise the first counts.
    /// </summary>
    public IpvsTable Build()
    {
        var servers = new List<VirtualServerDraft>();
        var known = new Dictionary<VirtualServerKey, VirtualServerDraft>();
        foreach (var draft in _drafts)
        {
            if (known.TryAdd(draft.Shape.Key, draft))
            {
                servers.Add(draft);
                continue;
            }

            var first = known[draft.Shape.Key];
            if (first.Contradicts(draft))
            {
                Note(draft.Shape.Source, $"virtual server {draft.Shape.Key} was already given at {first.Shape.Source}, with other contents; these do not count", ReaderNoteKind.Conflict);
            }
            else
            {
                first.Complete(draft);
            }
        }

        NoteAssumed(servers);
        return new IpvsTable(servers.Select(s => s.Build()).ToEquatableArray());
    }

    // What a listing with --stats, --rate, --thresholds or --persistent-conn does not show.
    private void NoteAssumed(List<VirtualServerDraft> servers)
    {
        string?[] assumed =
        [
            servers.Exists(s => !s.KnowsScheduler) ? "scheduler rr without persistence" : null,
            servers.Exists(s => s.Reals.Exists(r => r.Method is null)) ? "masquerading" : null,
            servers.Exists(s => s.Reals.Exists(r => r.Weight is null)) ? "weight 1" : null,
        ];
        if (servers.Find(s => !s.KnowsScheduler || s.Reals.Exists(r => r.Method is null || r.Weight is null)) is { } first)
        {
            Note(
                first.Shape.Source,
                $"this listing of ipvsadm does not show everything: {string.Join(", ", assumed.Where(a => a is not null))} is assumed; give what ipvsadm -Sn prints too");
        }

        if (servers.Find(s => s.Reals.Exists(r => r is { Method: ForwardingMethod.Tunneling, KnowsTunnel: false })) is { } tunneled)
        {
            Note(tunneled.Shape.Source, "this listing of ipvsadm does not show how tunnels wrap packets: IP in IP is assumed", ReaderNoteKind.Remark);
        }
    }
}
