using System.Text;
using Sluice.Dataplane.Planning;

namespace Sluice.Dataplane.Diff;

/// <summary>What a dump says of rules in others' chains that lead to the proxy's: its own jumps, and others' rules.</summary>
/// <param name="check">Compares rules.</param>
/// <param name="jumps">The proxy's own.</param>
internal sealed class JumpView(ChainCheck check, IReadOnlyList<JumpRule> jumps)
{
    private readonly List<JumpRule> _found = [];
    private readonly Dictionary<(string Table, string Chain), string> _leadingIn = [];

    /// <summary>The proxy's jumps that are there, in the order of the dump; one that is there twice comes twice.</summary>
    public IReadOnlyList<JumpRule> Found => _found;

    /// <summary>How often a jump is there.</summary>
    public int CountOf(JumpRule jump) => _found.Count(jump.Equals);

    /// <summary>The chain of somebody else whose rule leads to a chain of the proxy; null when there is none.</summary>
    public string? WhoLeadsTo(string table, string chain) => _leadingIn.GetValueOrDefault((table, chain));

    /// <summary>A rule of a chain that is not the proxy's.</summary>
    public void Add(string table, ReadOnlySpan<byte> chain, ReadOnlySpan<byte> options)
    {
        // A jump ends its rule in what iptables-save prints.
        var target = options[(options.LastIndexOf((byte)' ') + 1)..];
        if (!target.StartsWith("KUBE-"u8) && !target.StartsWith("SLUICE-"u8))
        {
            return;
        }

        foreach (var jump in jumps)
        {
            if (jump.Table == table && Ascii.Equals(chain, jump.From) && Ascii.Equals(target, jump.To) && check.IsSame(jump.Rule, options))
            {
                _found.Add(jump);
                return;
            }
        }

        _leadingIn.TryAdd((table, Encoding.UTF8.GetString(target)), ChainCheck.Text(chain));
    }
}
