using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Statements;

namespace Sluice.Netfilter.Iptables.Targets;

/// <summary><c>-j NFLOG --nflog-prefix "x" --nflog-group 3</c>; in a listing <c>nflog-prefix "x" nflog-group 3</c>.</summary>
internal sealed class NetfilterLogSyntax : TargetSyntax<NetfilterLog>
{
    public override string Name => "NFLOG";

    protected override NetfilterLog Start { get; } = new();

    public override Statement? ReadListing(ref ListingReader words) => ReadOptions(ref words);

    protected override NetfilterLog? Take(NetfilterLog current, ref OptionReader option)
    {
        if (option.Is("--nflog-prefix"u8))
        {
            return current with { Prefix = option.Text() };
        }

        if (option.Is("--nflog-group"u8))
        {
            return current with { Group = option.Short() };
        }

        return option.Is("--nflog-threshold"u8) ? current with { Threshold = option.Short() }
            : option.Is("--nflog-range"u8) ? current with { Range = option.Number() }
            : option.Is("--nflog-size"u8) ? current with { Size = option.Number() }
            : null;
    }

    protected override void Write(NetfilterLog statement, SaveWriter writer)
    {
        if (statement.Prefix is { } prefix)
        {
            writer.Option("--nflog-prefix").Quoted(prefix);
        }

        if (statement.Group != 0)
        {
            writer.Option("--nflog-group", statement.Group);
        }

        if (statement.Range != 0)
        {
            writer.Option("--nflog-range", statement.Range);
        }

        writer.Optional("--nflog-size", statement.Size);
        if (statement.Threshold != 0)
        {
            writer.Option("--nflog-threshold", statement.Threshold);
        }
    }
}
