using System.Text;
using Sluice.Net;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Statements;

namespace Sluice.Netfilter.Iptables.Targets;

/// <summary><c>-j TTL --ttl-dec 1</c> and <c>-j HL --hl-dec 1</c>; in a listing <c>TTL decrement by 1</c>.</summary>
internal sealed class TtlTargetSyntax(string name, IPFamily family) : TargetSyntax<ChangeTtl>
{
    private readonly byte[] _name = Encoding.ASCII.GetBytes(name);
    private readonly (byte[] Option, byte[] Listed)[] _operations =
    [
        (Option(name, "set"), "set to"u8.ToArray()),
        (Option(name, "inc"), "increment by"u8.ToArray()),
        (Option(name, "dec"), "decrement by"u8.ToArray()),
    ];

    public override string Name => name;

    protected override ChangeTtl Start { get; } = new(family, TtlOperation.Increment, 0);

    public override bool CanWrite(Statement statement) => statement is ChangeTtl { Family: var other } && other == family;

    public override Statement? ReadListing(ref ListingReader words)
    {
        if (!words.TryTake(_name))
        {
            return null;
        }

        for (var i = 0; i < _operations.Length; i++)
        {
            if (words.TryTakeAll(_operations[i].Listed))
            {
                return byte.TryParse(words.Next(), out var value) ? new ChangeTtl(family, (TtlOperation)i, value) : null;
            }
        }

        return null;
    }

    protected override ChangeTtl? Take(ChangeTtl current, ref OptionReader option)
    {
        for (var i = 0; i < _operations.Length; i++)
        {
            if (option.Is(_operations[i].Option))
            {
                return new ChangeTtl(family, (TtlOperation)i, option.Byte());
            }
        }

        return null;
    }

    protected override void Write(ChangeTtl statement, SaveWriter writer) =>
        writer.Option(Encoding.ASCII.GetString(_operations[(int)statement.Operation].Option), statement.Value);

    private static byte[] Option(string name, string operation) => Encoding.ASCII.GetBytes($"--{name.ToLowerInvariant()}-{operation}");
}
