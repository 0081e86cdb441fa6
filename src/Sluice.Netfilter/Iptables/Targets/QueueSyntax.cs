using Sluice.Netfilter.Rules;

namespace Sluice.Netfilter.Iptables.Targets;

/// <summary><c>-j NFQUEUE --queue-balance 0:3 --queue-bypass</c>; in a listing <c>NFQUEUE balance 0:3 bypass</c>.</summary>
internal sealed class QueueSyntax : TargetSyntax<Verdict.Queue>
{
    public override string Name => "NFQUEUE";

    protected override Verdict.Queue Start { get; } = new(0, 0, Bypass: false, CpuFanout: false);

    public override bool CanWrite(Statement statement) => statement is Verdict.Queue { IsIpQueue: false };

    public override Statement? ReadListing(ref ListingReader words)
    {
        if (!words.TryTake("NFQUEUE"u8))
        {
            return null;
        }

        var queue = Start;
        if (words.TryTake("num"u8))
        {
            if (!Text.Utf8Number.TryParse(words.Next(), out uint number) || number > ushort.MaxValue)
            {
                return null;
            }

            queue = queue with { First = (ushort)number, Last = (ushort)number };
        }
        else if (words.TryTake("balance"u8))
        {
            if (!Net.PortRange.TryParse(words.Next(), (byte)':', out var range))
            {
                return null;
            }

            queue = queue with { First = range.First, Last = range.Last };
        }

        return queue with { Bypass = words.TryTake("bypass"u8), CpuFanout = words.TryTake("cpu-fanout"u8) };
    }

    protected override Verdict.Queue? Take(Verdict.Queue current, ref OptionReader option)
    {
        if (option.Is("--queue-num"u8))
        {
            var number = option.Short();
            return current with { First = number, Last = number };
        }

        if (option.Is("--queue-balance"u8))
        {
            var range = option.Ports();
            return current with { First = range.First, Last = range.Last };
        }

        return option.Is("--queue-bypass"u8) ? current with { Bypass = true }
            : option.Is("--queue-cpu-fanout"u8) ? current with { CpuFanout = true }
            : null;
    }

    protected override void Write(Verdict.Queue statement, SaveWriter writer)
    {
        if (statement.First == statement.Last)
        {
            writer.Option("--queue-num", statement.First);
        }
        else
        {
            writer.Option("--queue-balance").Word($"{statement.First}:{statement.Last}");
        }

        writer.Flag("--queue-bypass", statement.Bypass).Flag("--queue-cpu-fanout", statement.CpuFanout);
    }
}
