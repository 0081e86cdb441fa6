using System.Text;

namespace Sluice.KernelTests.Lab;

/// <summary>Which iptables tables hold rules of the caller's, so that a new ruleset empties those it does not have.</summary>
internal sealed class LoadedTables
{
    private static readonly Dictionary<string, string[]> BuiltIn = new()
    {
        ["raw"] = ["PREROUTING", "OUTPUT"],
        ["mangle"] = ["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"],
        ["nat"] = ["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"],
        ["filter"] = ["INPUT", "FORWARD", "OUTPUT"],
        ["security"] = ["INPUT", "FORWARD", "OUTPUT"],
    };

    private readonly Dictionary<LabFamily, HashSet<string>> _tables = [];
    private readonly List<(string Family, string Table)> _native = [];
    private readonly Dictionary<LabFamily, HashSet<(string Table, string Chain)>> _chains = [];

    /// <summary>
    /// Whether a step is of the present ruleset. Chains it does not name are remainders of an earlier one; or, in the
    /// legacy variant, built-in ones that always come with their table: nothing but a policy to report.
    /// </summary>
    internal bool Contains(LabFamily family, TraceStep step) =>
        _native.Exists(t => t.Table == step.Table) || _chains.TryGetValue(family, out var chains) && chains.Contains((step.Table, step.Chain));

    /// <summary>
    /// The text, before it the policy ACCEPT for built-in chains that an earlier text named (iptables-restore leaves a policy that
    /// it is not told), and empty versions of the tables it leaves out.
    /// </summary>
    internal string Complete(LabFamily family, string text)
    {
        var present = Tables(text);
        var result = new StringBuilder();
        foreach (var line in text.TrimEnd().Split('\n'))
        {
            result.Append(line).Append('\n');
            if (line.StartsWith('*') && BuiltIn.TryGetValue(line[1..].Trim(), out var chains))
            {
                foreach (var chain in chains.Where(c => _chains.GetValueOrDefault(family, []).Contains((line[1..].Trim(), c))))
                {
                    result.Append(':').Append(chain).Append(" ACCEPT [0:0]\n");
                }
            }
        }

        foreach (var table in _tables.GetValueOrDefault(family, []).Where(t => !present.Contains(t)))
        {
            result.Append('*').Append(table).Append('\n');
            foreach (var chain in BuiltIn[table])
            {
                result.Append(':').Append(chain).Append(" ACCEPT [0:0]\n");
            }

            result.Append("COMMIT\n");
        }

        return result.ToString();
    }

    internal void Set(LabFamily family, string text)
    {
        _tables[family] = Tables(text);
        var (chains, table) = (new HashSet<(string, string)>(), "");
        foreach (var line in text.Split('\n').Select(l => l.Trim()))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            switch (words)
            {
                case [['*', .. var name], ..]: table = name; break;
                case [[':', .. var name], ..]: _ = chains.Add((table, name)); break;
                case ["-A" or "-I", var name, ..]: _ = chains.Add((table, name)); break;
                default: break;
            }
        }

        _chains[family] = chains;
    }

    /// <summary>Remembers the tables of a text for <c>nft -f</c>; their names must differ, whatever their family.</summary>
    internal void SetNative(string text) => _native.AddRange(text.Split('\n')
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Where(words => words is ["table", _, _, "{"])
        .Select(words => (words[1], words[2])));

    /// <summary>The text for <c>nft -f</c> that removes the tables of the last one, and forgets them.</summary>
    internal string FlushNative()
    {
        var text = string.Concat(_native.Select(t => $"delete table {t.Family} {t.Table}\n"));
        _native.Clear();
        return text;
    }

    private static HashSet<string> Tables(string text) =>
        text.Split('\n').Where(l => l.StartsWith('*')).Select(l => l[1..].Trim()).ToHashSet();
}
