using System.Text.Json;
using Sluice.Kubernetes.Decoding;
using Sluice.Kubernetes.Json;
using Sluice.Net;

namespace Sluice.Kubernetes.Configuration.Settings;

/// <summary>Ranges of addresses, or the word <c>primary</c> alone.</summary>
internal sealed class NodePortsType() : SettingType<NodePortAddresses>("CIDR[,CIDR]", "address ranges such as 10.0.0.0/8, or the word primary")
{
    private const string Primary = "primary";

    private const string Alone = "the word primary stands alone";

    private static readonly ListType<string> s_words = new(new TextType("CIDR"));

    private static readonly PrefixType s_range = new();

    public override bool AddsUp => true;

    public override bool TryParse(string text, out NodePortAddresses value)
    {
        _ = s_words.TryParse(text, out var words);
        var problem = Of(words, out value, out _);
        return problem is null;
    }

    public override string? Complaint(string text)
    {
        _ = s_words.TryParse(text, out var words);
        return Of(words, out _, out _);
    }

    public override string Format(NodePortAddresses value) => s_words.Format(Words(value));

    public override bool IsZero(NodePortAddresses value) => value.IsUnset;

    internal override NodePortAddresses Read(ref Utf8JsonReader json)
    {
        json.OpenList();
        var words = new List<string>();
        var offsets = new List<long>();
        while (json.NextElement())
        {
            offsets.Add(json.TokenStartIndex);
            words.Add(json.Text());
        }

        return Of(words.ToEquatableArray(), out var value, out var at) is { } problem ? throw new DecodeException(offsets[at], problem) : value;
    }

    internal override void Write(Utf8JsonWriter json, NodePortAddresses value) => s_words.Write(json, Words(value));

    private static string? Of(EquatableArray<string> words, out NodePortAddresses value, out int at)
    {
        value = NodePortAddresses.Unset;
        var ranges = new List<Prefix>();
        for (at = 0; at < words.Count; at++)
        {
            if (words[at] == Primary)
            {
                value = NodePortAddresses.Primary;
                if (words.Count > 1)
                {
                    return Alone;
                }
            }
            else if (s_range.TryParse(words[at], out var range))
            {
                ranges.Add(range);
            }
            else
            {
                return $"expected {s_range.Expected}, or the word primary, not '{Shown.Line(words[at])}'";
            }
        }

        value = value.IsPrimary ? value : NodePortAddresses.Within(ranges.ToEquatableArray());
        return null;
    }

    private static EquatableArray<string> Words(NodePortAddresses value) =>
        value.IsPrimary ? [Primary] : value.Ranges.Select(r => r.ToCidrString()).ToEquatableArray();
}
