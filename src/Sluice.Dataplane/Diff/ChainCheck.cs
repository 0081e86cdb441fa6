using System.Buffers;
using System.Text;
using Sluice.Netfilter.Iptables;

namespace Sluice.Dataplane.Diff;

/// <summary>Compares the rules of one chain after the other with what is planned, rule by rule, by meaning.</summary>
internal sealed class ChainCheck(RuleTextComparer comparer)
{
    private readonly ArrayBufferWriter<byte> _planned = new(512);
    private IEnumerator<string>? _expected;
    private int _rules;

    /// <summary>Why the chain is not as planned; null while it is.</summary>
    public string? Difference { get; private set; }

    /// <summary>A chain begins.</summary>
    public void Begin(IEnumerable<string> expected)
    {
        _expected?.Dispose();
        _expected = expected.GetEnumerator();
        _rules = 0;
        Difference = null;
    }

    /// <summary>The chain's next rule.</summary>
    public void Add(ReadOnlySpan<byte> options)
    {
        _rules++;
        if (Difference is not null)
        {
            return;
        }

        if (!_expected!.MoveNext())
        {
            Difference = $"rule {_rules} does not belong there: {Text(options)}";
        }
        else if (!IsSame(_expected.Current, options))
        {
            Difference = $"rule {_rules} should be '{_expected.Current}' and is '{Text(options)}'";
        }
    }

    /// <summary>The chain ends.</summary>
    public void End()
    {
        if (Difference is null && _expected!.MoveNext())
        {
            Difference = _rules == 0 ? "it is empty" : $"it ends after {_rules} rules; the next should be '{_expected.Current}'";
        }
    }

    /// <summary>Whether a rule means what is planned.</summary>
    public bool IsSame(string planned, ReadOnlySpan<byte> options)
    {
        _planned.ResetWrittenCount();
        Encoding.UTF8.GetBytes(planned, _planned);
        return comparer.AreSame(_planned.WrittenSpan, options);
    }

    // A dump is others' text: what would not stand in a line of a log is left out.
    internal static string Text(ReadOnlySpan<byte> text) =>
        string.Concat(Encoding.UTF8.GetString(text[..Math.Min(text.Length, 300)]).Where(c => !char.IsControl(c)));
}
