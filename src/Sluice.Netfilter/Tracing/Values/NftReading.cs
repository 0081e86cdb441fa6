using Sluice.Net;
using Sluice.Netfilter.Rules.Matches;
using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Netfilter.Tracing.Values;

/// <summary>What is known of a value that a rule of nftables takes, for one packet at one place.</summary>
internal abstract record NftReading
{
    private NftReading()
    {
    }

    /// <summary>How many bytes the value has; 0 when it is not known.</summary>
    public virtual int Length => 0;

    /// <summary>A value all of whose bits are known.</summary>
    public static Bits Of(NftValue value) => new(value, null, "", IsStable: true);

    /// <summary>A value of which nothing is known but what it is.</summary>
    public static Bits Open(string name, NftType type, bool isStable = true)
    {
        Span<byte> ones = stackalloc byte[type.Bytes];
        ones.Fill(byte.MaxValue);
        return new Bits(NftValue.Of(0, type.Bytes * 8), NftValue.Of(ones), name, isStable);
    }

    /// <summary>The packet has no such value: the kernel ends the rule (NFT_BREAK), whatever it would compare it with.</summary>
    public sealed record Missing : NftReading
    {
        public static readonly Missing Instance = new();
    }

    /// <summary>A value that is none of those a rule can ask for: the "port" of a protocol without ports.</summary>
    public sealed record Nothing : NftReading
    {
        public static readonly Nothing Instance = new();
    }

    /// <summary>Bits, some of which may not be known.</summary>
    /// <param name="Value">The value; bits that are not known are 0.</param>
    /// <param name="Unknown">The bits that are not known; null when all are.</param>
    /// <param name="Name">What it is, for conditions.</param>
    /// <param name="IsStable">Whether it is the same each time it is asked for on one packet's way.</param>
    public sealed record Bits(NftValue Value, NftValue? Unknown, string Name, bool IsStable) : NftReading
    {
        public bool IsKnown => Unknown is null;

        public override int Length => Value.Length;
    }

    /// <summary>A number drawn anew each time, each with the same chance.</summary>
    /// <param name="First">The lowest.</param>
    /// <param name="Count">How many there are.</param>
    public sealed record Drawn(uint First, ulong Count) : NftReading
    {
        public override int Length => sizeof(uint);
    }

    /// <summary>One of a few numbers, decided by state that no dump holds.</summary>
    /// <param name="Name">What decides it, for conditions.</param>
    /// <param name="First">The lowest.</param>
    /// <param name="Count">How many there are.</param>
    /// <param name="IsStable">Whether it is the same each time it is asked for on one packet's way.</param>
    public sealed record Counted(string Name, uint First, uint Count, bool IsStable) : NftReading
    {
        public override int Length => sizeof(uint);
    }

    /// <summary>The name of an interface that the question does not tell.</summary>
    /// <param name="Direction">Which interface.</param>
    public sealed record Interface(InterfaceDirection Direction) : NftReading
    {
        public override int Length => NftInterface.NameLength;
    }

    /// <summary>Several values one behind the other, not all of them known.</summary>
    /// <param name="Parts">The values.</param>
    public sealed record Joined(EquatableArray<NftReading> Parts) : NftReading
    {
        public override int Length => Parts.Sum(p => NftValue.Padded(p.Length));
    }

    /// <summary>What a map holds that rules fill: several values that no dump tells.</summary>
    /// <param name="Map">The map, in nft's words.</param>
    /// <param name="Bytes">How many bytes they have together.</param>
    public sealed record Remembered(string Map, int Bytes) : NftReading
    {
        public override int Length => Bytes;
    }

    /// <summary>A value this program cannot tell.</summary>
    /// <param name="Text">The expression, as the dump has it.</param>
    public sealed record Unclear(string Text) : NftReading;
}
