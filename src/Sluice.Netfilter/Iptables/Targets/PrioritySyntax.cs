using System.Globalization;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Statements;

namespace Sluice.Netfilter.Iptables.Targets;

/// <summary><c>-j CLASSIFY --set-class 0001:00ff</c>; in a listing <c>CLASSIFY set 1:ff</c>.</summary>
internal sealed class PrioritySyntax : TargetSyntax<SetPriority>
{
    public override string Name => "CLASSIFY";

    protected override SetPriority Start { get; } = new(0, 0);

    public override Statement? ReadListing(ref ListingReader words) => words.TryTakeAll("CLASSIFY set"u8) ? Parse(words.Next()) : null;

    protected override SetPriority? Take(SetPriority current, ref OptionReader option)
    {
        if (!option.Is("--set-class"u8))
        {
            return null;
        }

        if (Parse(option.Word()) is { } statement)
        {
            return statement;
        }

        option.Fail();
        return current;
    }

    protected override void Write(SetPriority statement, SaveWriter writer) =>
        writer.Option("--set-class").Word($"{statement.Major:x4}:{statement.Minor:x4}");

    private static SetPriority? Parse(ReadOnlySpan<byte> text)
    {
        var colon = text.IndexOf((byte)':');
        return colon > 0 && Hex(text[..colon]) is { } major && Hex(text[(colon + 1)..]) is { } minor ? new SetPriority(major, minor) : null;
    }

    // Always hexadecimal, "0x" or not.
    private static ushort? Hex(ReadOnlySpan<byte> text) =>
        ushort.TryParse(text.StartsWith("0x"u8) ? text[2..] : text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) ? value : null;
}
