using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Statements;

namespace Sluice.Netfilter.Iptables.Targets;

/// <summary><c>-j CONNMARK --restore-mark --nfmask 0xff --ctmask 0xff</c>; in a listing <c>CONNMARK restore mask 0xff</c>.</summary>
internal sealed class ConnectionMarkSyntax : TargetSyntax<SetConnectionMark>
{
    public override string Name => "CONNMARK";

    // CONNMARK without an operation is refused by iptables; nothing set says so.
    protected override SetConnectionMark Start { get; } = SetConnectionMark.Set(new MaskedValue(0, 0));

    public override Statement? ReadListing(ref ListingReader words)
    {
        if (!words.TryTake("CONNMARK"u8))
        {
            return null;
        }

        var operation = words.Next();
        SetConnectionMark? statement;
        if (operation.SequenceEqual("save"u8) || operation.SequenceEqual("restore"u8))
        {
            statement = Masks(new SetConnectionMark(operation[0] == 's' ? ConnectionMarkOperation.Save : ConnectionMarkOperation.Restore), ref words);
        }
        else
        {
            statement = ListedSet(operation, words.Next());
        }

        return statement is null ? null : Shift(statement, ref words);
    }

    protected override SetConnectionMark? Take(SetConnectionMark current, ref OptionReader option)
    {
        if (option.Is("--set-xmark"u8))
        {
            return SetConnectionMark.Set(option.Masked()) with { Shift = current.Shift };
        }

        if (option.Is("--set-mark"u8))
        {
            var mark = option.Masked();
            return SetConnectionMark.Set(new MaskedValue(mark.Value, mark.Mask | mark.Value)) with { Shift = current.Shift };
        }

        if (option.Is("--save-mark"u8) || option.Is("--restore-mark"u8))
        {
            var operation = option.Is("--save-mark"u8) ? ConnectionMarkOperation.Save : ConnectionMarkOperation.Restore;
            return new SetConnectionMark(operation) { Shift = current.Shift };
        }

        if (option.Is("--mask"u8))
        {
            var mask = option.Number();
            return current with { ConnectionMask = mask, PacketMask = mask };
        }

        return option.Is("--nfmask"u8) ? current with { PacketMask = option.Number() }
            : option.Is("--ctmask"u8) ? current with { ConnectionMask = option.Number() }
            : option.Is("--left-shift-mark"u8) ? current with { Shift = option.Byte() }
            : option.Is("--right-shift-mark"u8) ? current with { Shift = -option.Byte() }
            : option.Is("--or-mark"u8) ? Or(option.Number())
            : option.Is("--and-mark"u8) ? SetConnectionMark.Set(new MaskedValue(0, ~option.Number()))
            : option.Is("--xor-mark"u8) ? SetConnectionMark.Set(new MaskedValue(option.Number(), 0))
            : null;
    }

    protected override void Write(SetConnectionMark statement, SaveWriter writer)
    {
        if (statement.Operation == ConnectionMarkOperation.Set)
        {
            writer.Option("--set-xmark").Word($"0x{statement.Value:x}/0x{statement.ConnectionMask:x}");
        }
        else
        {
            writer.Option(statement.Operation == ConnectionMarkOperation.Save ? "--save-mark" : "--restore-mark")
                .Option("--nfmask").Word($"0x{statement.PacketMask:x}")
                .Option("--ctmask").Word($"0x{statement.ConnectionMask:x}");
        }

        if (statement.Shift != 0)
        {
            writer.Option(statement.Shift > 0 ? "--left-shift-mark" : "--right-shift-mark", Math.Abs(statement.Shift));
        }
    }

    private static SetConnectionMark Or(uint bits) => SetConnectionMark.Set(new MaskedValue(bits, bits));

    private static SetConnectionMark? ListedSet(ReadOnlySpan<byte> operation, ReadOnlySpan<byte> argument)
    {
        if (operation.SequenceEqual("set"u8) || operation.SequenceEqual("xset"u8))
        {
            return MaskedValue.TryParse(argument, out var mark) ? SetConnectionMark.Set(mark) : null;
        }

        return !Text.Utf8Number.TryParse(argument, out uint bits) ? null
            : operation.SequenceEqual("or"u8) ? Or(bits)
            : operation.SequenceEqual("and"u8) ? SetConnectionMark.Set(new MaskedValue(0, ~bits))
            : operation.SequenceEqual("xor"u8) ? SetConnectionMark.Set(new MaskedValue(bits, 0))
            : null;
    }

    // "mask 0xff", or the two masks: the one written to with a tilde, since its bits are cleared.
    private static SetConnectionMark? Masks(SetConnectionMark statement, ref ListingReader words)
    {
        while (true)
        {
            var word = words.Peek();
            var isBoth = word.SequenceEqual("mask"u8);
            var isPacket = word.SequenceEqual("nfmask"u8);
            if (!isBoth && !isPacket && !word.SequenceEqual("ctmask"u8))
            {
                return statement;
            }

            words.Next();
            if (!Text.Utf8Number.TryParse(words.Next().TrimStart((byte)'~'), out uint mask))
            {
                return null;
            }

            statement = statement with
            {
                PacketMask = isBoth || isPacket ? mask : statement.PacketMask,
                ConnectionMask = isPacket ? statement.ConnectionMask : mask,
            };
        }
    }

    private static SetConnectionMark? Shift(SetConnectionMark statement, ref ListingReader words)
    {
        var isLeft = words.TryTake("left-shift-mark"u8);
        return !isLeft && !words.TryTake("right-shift-mark"u8) ? statement
            : !Text.Utf8Number.TryParse(words.Next(), out uint bits) || bits > byte.MaxValue ? null
            : statement with { Shift = isLeft ? (int)bits : -(int)bits };
    }
}
