using Sluice.Net;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Matches;

namespace Sluice.Netfilter.Iptables.Matches;

/// <summary>
/// <c>-m recent --rcheck --seconds 10800 --reap --name KUBE-SEP-X --mask 255.255.255.255 --rsource</c>; in a listing
/// <c>recent: CHECK seconds: 10800 reap name: KUBE-SEP-X side: source mask: 255.255.255.255</c>.
/// </summary>
internal sealed class RecentSyntax : MatchSyntax<RecentMatch>
{
    // In the order of RecentAction.
    private static readonly Utf8Words s_options = new("--set", "--rcheck", "--update", "--remove");
    private static readonly Utf8Words s_words = new("SET", "CHECK", "UPDATE", "REMOVE");

    public override string Name => "recent";

    public override bool WritesInitial => true;

    protected override RecentMatch Start { get; } = new(RecentAction.Check, "DEFAULT");

    public override Match? ReadListing(ref ListingReader words)
    {
        if (!words.TryTakeForm("^recent: #"u8, out var inverted, out var action) || s_words.IndexOf(action) is not (>= 0 and var index))
        {
            return null;
        }

        var match = Start with { Action = (RecentAction)index, Inverted = inverted };
        while (ListedDetail(ref words, match) is { } grown)
        {
            match = grown;
        }

        return match;
    }

    protected override RecentMatch? Take(RecentMatch current, ref OptionReader option)
    {
        if (s_options.IndexOf(option.Name) is >= 0 and var index)
        {
            return current with { Action = (RecentAction)index, Inverted = option.Inverted };
        }

        return option.Is("--name"u8) ? current with { List = option.Text() }
            : option.Is("--seconds"u8) ? current with { Seconds = option.Number() }
            : option.Is("--hitcount"u8) ? current with { Hits = option.Number() }
            : option.Is("--reap"u8) ? current with { Reaps = true }
            : option.Is("--rttl"u8) ? current with { ComparesTtl = true }
            : option.Is("--rsource"u8) ? current with { End = PacketEnd.Source }
            : option.Is("--rdest"u8) ? current with { End = PacketEnd.Destination }
            : option.Is("--mask"u8) ? current with { Mask = option.Address() }
            : null;
    }

    protected override void Write(RecentMatch match, SaveWriter writer)
    {
        var action = match.Action switch
        {
            RecentAction.Set => "--set",
            RecentAction.Check => "--rcheck",
            RecentAction.Update => "--update",
            _ => "--remove",
        };
        writer.Option(action, match.Inverted)
            .Optional("--seconds", match.Seconds)
            .Flag("--reap", match.Reaps)
            .Optional("--hitcount", match.Hits)
            .Flag("--rttl", match.ComparesTtl)
            .Option("--name", match.List)
            .Optional("--mask", match.Mask)
            .Option(match.End == PacketEnd.Source ? "--rsource" : "--rdest");
    }

    private static RecentMatch? ListedDetail(ref ListingReader words, RecentMatch match)
    {
        if (words.TryTakeForm("seconds: #"u8, out _, out var text))
        {
            return uint.TryParse(text, out var seconds) ? match with { Seconds = seconds } : null;
        }

        if (words.TryTakeForm("hit_count: #"u8, out _, out text))
        {
            return uint.TryParse(text, out var hits) ? match with { Hits = hits } : null;
        }

        if (words.TryTakeForm("mask: #"u8, out _, out text))
        {
            return NetAddress.TryParse(text, out var mask) ? match with { Mask = mask } : null;
        }

        return words.TryTakeForm("name: #"u8, out _, out text) ? match with { List = words.Text(text) }
            : words.TryTakeForm("side: source"u8) ? match with { End = PacketEnd.Source }
            : words.TryTakeForm("side: dest"u8) ? match with { End = PacketEnd.Destination }
            : words.TryTake("reap"u8) ? match with { Reaps = true }
            : words.TryTake("TTL-Match"u8) ? match with { ComparesTtl = true }
            : null;
    }
}
