using System.Globalization;
using System.Text;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Matches;

namespace Sluice.Netfilter.Iptables.Matches;

/// <summary><c>-m sctp --dport 80 --chunk-types all INIT,DATA:Be</c>; in a listing <c>sctp dpt:80 all 0x0000:Be,0x0001</c>.</summary>
internal sealed class SctpSyntax() : PortSyntax<SctpMatch>("sctp")
{
    private static readonly Utf8Words s_quantities = new("all", "any", "only");

    private static readonly Dictionary<int, string> s_chunks = new()
    {
        [0] = "DATA",
        [1] = "INIT",
        [2] = "INIT_ACK",
        [3] = "SACK",
        [4] = "HEARTBEAT",
        [5] = "HEARTBEAT_ACK",
        [6] = "ABORT",
        [7] = "SHUTDOWN",
        [8] = "SHUTDOWN_ACK",
        [9] = "ERROR",
        [10] = "COOKIE_ECHO",
        [11] = "COOKIE_ACK",
        [12] = "ECN_ECNE",
        [13] = "ECN_CWR",
        [14] = "SHUTDOWN_COMPLETE",
        [64] = "I_DATA",
        [130] = "RE_CONFIG",
        [132] = "PAD",
        [193] = "ASCONF",
        [128] = "ASCONF_ACK",
        [192] = "FORWARD_TSN",
        [194] = "I_FORWARD_TSN",
    };

    protected override SctpMatch Start { get; } = new();

    protected override SctpMatch? ListOther(SctpMatch current, ref ListingReader words) =>
        TryTakeChunks(ref words, out var chunks) ? current with { Chunks = chunks } : null;

    protected override SctpMatch? TakeOther(SctpMatch current, ref OptionReader option)
    {
        if (option.Is("--chunk-types"u8))
        {
            var quantity = option.Word();
            var list = option.Text();
            if (!s_quantities.Contains(quantity) || list.Length == 0 || !list.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or ',' or ':'))
            {
                option.Fail();
            }

            return current with { Chunks = option.Negatable($"{Encoding.ASCII.GetString(quantity)} {list}") };
        }

        return null;
    }

    protected override void WriteOther(SctpMatch match, SaveWriter writer)
    {
        if (match.Chunks is { } chunks)
        {
            writer.Option("--chunk-types", chunks.Inverted).Word(chunks.Value);
        }
    }

    private static bool TryTakeChunks(ref ListingReader words, out Negatable<string> chunks)
    {
        chunks = default;
        var copy = words;
        var inverted = copy.TryTake("!"u8);
        var quantity = copy.Next();
        var list = copy.Next();
        if (!s_quantities.Contains(quantity) || list.IsEmpty)
        {
            return false;
        }

        var names = Encoding.ASCII.GetString(list).Split(',').Select(NameOf);
        chunks = new($"{Encoding.ASCII.GetString(quantity)} {string.Join(',', names)}", inverted);
        words = copy;
        return true;
    }

    // With -n a listing numbers the chunks: 0x0000:Be is DATA:Be.
    private static string NameOf(string chunk)
    {
        var colon = chunk.IndexOf(':', StringComparison.Ordinal);
        var type = colon < 0 ? chunk : chunk[..colon];
        return type.StartsWith("0x", StringComparison.Ordinal) &&
            int.TryParse(type.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number) &&
            s_chunks.TryGetValue(number, out var name)
                ? name + (colon < 0 ? "" : chunk[colon..])
                : chunk;
    }
}
