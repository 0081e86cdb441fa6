using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Statements;

namespace Sluice.Netfilter.Iptables.Targets;

/// <summary><c>-j CT --helper ftp --ctevents new --zone 5</c>, <c>-j CT --notrack</c>; in a listing <c>CT helper ftp ctevents new zone 5</c>.</summary>
internal sealed class TrackingSyntax : TargetSyntax
{
    private static readonly SetTracking s_start = new();
    private static readonly NoTrack s_noTrack = new(IsCt: true);

    // The order of the bits in linux/netfilter/nf_conntrack_common.h.
    private static readonly string[] s_events =
        ["new", "related", "destroy", "reply", "assured", "protoinfo", "helper", "mark", "natseqinfo", "secmark"];

    public override string Name => "CT";

    public override Statement Initial => s_start;

    public override bool CanWrite(Statement statement) => statement is SetTracking or NoTrack { IsCt: true };

    public override Statement? ReadListing(ref ListingReader words)
    {
        // "-j NOTRACK" is CT to the kernel, which remembers how it was written.
        if (words.TryTake("NOTRACK"u8))
        {
            return new NoTrack(IsCt: false);
        }

        if (!words.TryTake("CT"u8))
        {
            return null;
        }

        Statement statement = s_start;
        var option = words.AsOptions();
        while (option.MoveNext())
        {
            if (Take(statement, ref option) is not { } grown || option.Failed)
            {
                return null;
            }

            statement = grown;
        }

        words.SkipAll();
        return statement;
    }

    public override Statement? Take(Statement current, ref OptionReader option)
    {
        var tracking = current as SetTracking ?? new SetTracking { IsExempt = true };
        if (option.Is("--notrack"u8))
        {
            return tracking == s_start ? s_noTrack : tracking with { IsExempt = true };
        }

        return option.Is("--helper"u8) ? tracking with { Helper = option.Text() }
            : option.Is("--timeout"u8) ? tracking with { Timeout = option.Text() }
            : option.Is("--ctevents"u8) ? tracking with { Events = InOrder(option.Text()) }
            : option.Is("--expevents"u8) ? tracking with { ExpectationEvents = InOrder(option.Text()) }
            : option.Is("--zone"u8) ? WithZone(tracking, ZoneDirection.Both, ref option)
            : option.Is("--zone-orig"u8) ? WithZone(tracking, ZoneDirection.Original, ref option)
            : option.Is("--zone-reply"u8) ? WithZone(tracking, ZoneDirection.Reply, ref option)
            : null;
    }

    public override void Write(Statement statement, SaveWriter writer)
    {
        writer.Flag("--notrack", statement is NoTrack or SetTracking { IsExempt: true });
        if (statement is not SetTracking tracking)
        {
            return;
        }

        Write("--helper", tracking.Helper, writer);
        Write("--timeout", tracking.Timeout, writer);
        Write("--ctevents", tracking.Events, writer);
        Write("--expevents", tracking.ExpectationEvents, writer);
        if (tracking.Zone is { } zone)
        {
            writer.Option(zone.Direction switch
            {
                ZoneDirection.Original => "--zone-orig",
                ZoneDirection.Reply => "--zone-reply",
                _ => "--zone",
            }).Word(zone.Id is { } id ? $"{id}" : "mark");
        }
    }

    private static void Write(string option, string? argument, SaveWriter writer)
    {
        if (argument is not null)
        {
            writer.Option(option, argument);
        }
    }

    private static SetTracking WithZone(SetTracking tracking, ZoneDirection direction, ref OptionReader option)
    {
        var word = option.Word();
        if (word.SequenceEqual("mark"u8))
        {
            return tracking with { Zone = new TrackingZone(null, direction) };
        }

        if (!Text.Utf8Number.TryParse(word, out uint zone) || zone > ushort.MaxValue)
        {
            option.Fail();
        }

        // Zone 0 is the default; iptables-save does not print it.
        return tracking with { Zone = zone == 0 ? null : new TrackingZone((ushort)zone, direction) };
    }

    private static string InOrder(string events) =>
        string.Join(',', events.Split(',').OrderBy(e => (uint)Array.IndexOf(s_events, e)));
}
