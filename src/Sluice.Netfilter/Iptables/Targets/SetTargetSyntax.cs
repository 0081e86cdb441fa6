using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Statements;

namespace Sluice.Netfilter.Iptables.Targets;

/// <summary><c>-j SET --add-set NAME src,dst --exist --timeout 60</c>; in a listing <c>add-set NAME src,dst exist timeout 60</c>.</summary>
internal sealed class SetTargetSyntax : TargetSyntax<UpdateSets>
{
    public override string Name => "SET";

    protected override UpdateSets Start { get; } = new();

    public override Statement? ReadListing(ref ListingReader words) => ReadOptions(ref words);

    protected override UpdateSets? Take(UpdateSets current, ref OptionReader option) =>
        option.Is("--add-set"u8) ? current with { Add = Key(ref option) }
        : option.Is("--del-set"u8) ? current with { Delete = Key(ref option) }
        : option.Is("--map-set"u8) ? current with { Map = Key(ref option) }
        : option.Is("--exist"u8) ? current with { RenewsExisting = true }
        : option.Is("--timeout"u8) ? current with { Timeout = option.Number() }
        : option.Is("--map-mark"u8) ? current with { MapsMark = true }
        : option.Is("--map-prio"u8) ? current with { MapsPriority = true }
        : option.Is("--map-queue"u8) ? current with { MapsQueue = true }
        : null;

    protected override void Write(UpdateSets statement, SaveWriter writer)
    {
        Write("--add-set", statement.Add, writer);
        writer.Flag("--exist", statement.RenewsExisting).Optional("--timeout", statement.Timeout);
        Write("--del-set", statement.Delete, writer);
        Write("--map-set", statement.Map, writer);
        writer.Flag("--map-mark", statement.MapsMark)
            .Flag("--map-prio", statement.MapsPriority)
            .Flag("--map-queue", statement.MapsQueue);
    }

    private static SetKey Key(ref OptionReader option) => new(option.Text(), option.Text());

    private static void Write(string option, SetKey? key, SaveWriter writer)
    {
        if (key is not null)
        {
            writer.Option(option, key.Name).Word(key.Directions);
        }
    }
}
