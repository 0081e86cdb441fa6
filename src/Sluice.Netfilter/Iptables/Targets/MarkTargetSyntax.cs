using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Statements;

namespace Sluice.Netfilter.Iptables.Targets;

/// <summary><c>-j MARK --set-xmark 0x4000/0x4000</c> and its short forms; in a listing <c>MARK or 0x4000</c>.</summary>
internal sealed class MarkTargetSyntax : TargetSyntax<SetMark>
{
    public override string Name => "MARK";

    protected override SetMark Start { get; } = new(new MaskedValue(0, 0));

    public override Statement? ReadListing(ref ListingReader words)
    {
        if (!words.TryTake("MARK"u8))
        {
            return null;
        }

        if (words.TryTake("set"u8))
        {
            return MaskedValue.TryParse(words.Next(), out var set) ? new SetMark(set) : null;
        }

        if (words.TryTake("xset"u8))
        {
            return MaskedValue.TryParse(words.Next(), out var xset) ? new SetMark(xset) : null;
        }

        var operation = words.Next();
        return !Text.Utf8Number.TryParse(words.Next(), out uint bits) ? null
            : operation.SequenceEqual("or"u8) ? SetMark.Or(bits)
            : operation.SequenceEqual("and"u8) ? SetMark.And(bits)
            : operation.SequenceEqual("xor"u8) ? SetMark.Xor(bits)
            : null;
    }

    protected override SetMark? Take(SetMark current, ref OptionReader option)
    {
        if (option.Is("--set-xmark"u8))
        {
            return new SetMark(option.Masked());
        }

        if (option.Is("--set-mark"u8))
        {
            // --set-mark clears what it sets (libxt_MARK): mask | value.
            var mark = option.Masked();
            return new SetMark(new MaskedValue(mark.Value, mark.Mask | mark.Value));
        }

        return option.Is("--or-mark"u8) ? SetMark.Or(option.Number())
            : option.Is("--and-mark"u8) ? SetMark.And(option.Number())
            : option.Is("--xor-mark"u8) ? SetMark.Xor(option.Number())
            : null;
    }

    protected override void Write(SetMark statement, SaveWriter writer) =>
        writer.Option("--set-xmark").Word($"0x{statement.Mark.Value:x}/0x{statement.Mark.Mask:x}");
}
