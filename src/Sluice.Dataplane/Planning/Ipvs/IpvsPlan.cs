using Sluice.Kubernetes.Intent;
using Sluice.Net;
using Sluice.Netfilter.Ipsets;
using Sluice.Netfilter.Ipvs;

namespace Sluice.Dataplane.Planning.Ipvs;

/// <summary>An intent's state in IPVS mode written out in full: what a kernel holds after the first load.</summary>
/// <param name="Ipsets">The sets with their entries.</param>
/// <param name="Servers">The virtual servers with their real servers.</param>
/// <param name="Addresses">The addresses of <see cref="IpvsLayout.Interface"/>, sorted.</param>
/// <param name="Rules">The iptables chains and jumps.</param>
public sealed record IpvsPlan(IpSetTable Ipsets, IpvsTable Servers, EquatableArray<NetAddress> Addresses, RuleLayout Rules)
{
    // What a kernel makes of a set without being told; more buckets than entries are of no use.
    private const uint SmallestHash = 1024;

    /// <summary>The state for an intent.</summary>
    /// <exception cref="ArgumentException">The options are of another family than the intent.</exception>
    public static IpvsPlan Of(ServiceIntent intent, IpvsPlanOptions options)
    {
        ArgumentNullException.ThrowIfNull(intent);
        return Of(IpvsBook.Of(new IpvsLayout(options, intent.Node), intent));
    }

    /// <summary>The state that a book has.</summary>
    public static IpvsPlan Of(IpvsBook book)
    {
        ArgumentNullException.ThrowIfNull(book);
        var layout = book.Layout;
        var entries = layout.Sets.Select(_ => new List<IpSetEntry>()).ToArray();
        var servers = new List<VirtualServer>();
        var seen = new HashSet<ServiceAddress>();
        foreach (var (_, state) in book.Memory.Services.SelectMany(s => book.StatesOf(s, seen)))
        {
            foreach (var (set, entry) in state.Entries)
            {
                entries[(int)set].Add(entry);
            }

            if (state.Server is { } server)
            {
                servers.Add(server);
            }
        }

        foreach (var (set, entry) in book.Shared.Entries())
        {
            entries[(int)set].Add(entry);
        }

        return new IpvsPlan(
            new IpSetTable(layout.Sets.Select((set, i) => Sized(set, entries[i])).ToEquatableArray()),
            new IpvsTable(servers.ToEquatableArray()),
            book.Shared.Addresses.Order().ToEquatableArray(),
            layout.Rules);
    }

    /// <summary>The iptables part for an empty kernel, as input of iptables-restore.</summary>
    public string ToRestoreText()
    {
        using var text = new StringWriter { NewLine = "\n" };
        RestoreText.Write(Rules, text);
        return text.ToString();
    }

    /// <summary>A set with entries, and with as many buckets as they fill.</summary>
    internal static IpSet Sized(IpSet set, List<IpSetEntry> entries) => set with
    {
        HashSize = set.Type.Method == IpSetMethod.Hash ? uint.Max(SmallestHash, System.Numerics.BitOperations.RoundUpToPowerOf2((uint)entries.Count)) : null,
        Entries = entries.ToEquatableArray(),
    };
}
