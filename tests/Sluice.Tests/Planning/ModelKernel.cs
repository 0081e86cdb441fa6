using Sluice.Dataplane.Planning;
using Sluice.Netfilter.Iptables;

namespace Sluice.Tests.Planning;

/// <summary>Tables as iptables-restore --noflush changes them: each table of a batch as a whole or not at all.</summary>
internal sealed class ModelKernel
{
    private static readonly string[] s_builtins = ["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"];

    private Dictionary<string, SortedDictionary<string, List<string>>> _tables = new(StringComparer.Ordinal)
    {
        ["mangle"] = Empty("PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"),
        ["filter"] = Empty("INPUT", "FORWARD", "OUTPUT"),
        ["nat"] = Empty("PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"),
    };

    /// <summary>Called after each table is committed: what packets may meet.</summary>
    public Action<ModelKernel>? Committed { get; init; }

    /// <summary>Chains by table, with their rules.</summary>
    public IReadOnlyDictionary<string, SortedDictionary<string, List<string>>> Tables => _tables;

    public static ModelKernel Of(IptablesPlan plan) => Of(plan.ToRestoreText());

    /// <summary>Tables with what a text for iptables-restore says.</summary>
    public static ModelKernel Of(string restoreText)
    {
        var kernel = new ModelKernel();
        string? table = null;
        foreach (var line in restoreText.Split('\n'))
        {
            var words = line.Split(' ', 3);
            switch (line.Length == 0 ? ' ' : line[0])
            {
                case '*':
                    table = line[1..];
                    break;
                case ':':
                    kernel.Chains(table!)[words[0][1..]] = [];
                    break;
                case '-':
                    kernel.Chains(table!)[words[1]].Add(words[2]);
                    break;
                default:
                    break;
            }
        }

        return kernel;
    }

    public void Apply(IEnumerable<RestoreBatch> batches)
    {
        foreach (var table in batches.SelectMany(b => b.Tables))
        {
            var chains = new SortedDictionary<string, List<string>>(
                Chains(table.Table).ToDictionary(c => c.Key, c => c.Value.ToList(), StringComparer.Ordinal), StringComparer.Ordinal);
            Apply(table, chains);
            Check(table.Table, chains);
            _tables[table.Table] = chains;
            Committed?.Invoke(this);
        }
    }

    /// <summary>The rules as iptables-save would list them, rules as they were given.</summary>
    public string Save()
    {
        var text = new System.Text.StringBuilder();
        foreach (var (table, chains) in _tables)
        {
            text.Append('*').Append(table).Append('\n');
            foreach (var name in chains.Keys)
            {
                text.Append(':').Append(name).Append(s_builtins.Contains(name) ? " ACCEPT [7:420]\n" : " - [0:0]\n");
            }

            foreach (var (name, rules) in chains)
            {
                rules.ForEach(rule => text.Append("-A ").Append(name).Append(' ').Append(rule).Append('\n'));
            }

            text.Append("COMMIT\n");
        }

        return text.ToString();
    }

    public SortedDictionary<string, List<string>> Chains(string table) => _tables[table];

    private static SortedDictionary<string, List<string>> Empty(params string[] chains) =>
        new(chains.ToDictionary(c => c, _ => new List<string>(), StringComparer.Ordinal), StringComparer.Ordinal);

    private static void Apply(TableChanges table, SortedDictionary<string, List<string>> chains)
    {
        Require(table.Emptied.SequenceEqual(table.Emptied.Order(StringComparer.Ordinal)), $"chains are not sorted: {string.Join(' ', table.Emptied)}");
        Require(table.Emptied.Distinct(StringComparer.Ordinal).Count() == table.Emptied.Count, "a chain comes twice");
        foreach (var chain in table.Emptied)
        {
            Require(!s_builtins.Contains(chain), $"{chain} is emptied");
            chains[chain] = [];
        }

        foreach (var command in table.Commands)
        {
            Require(chains.ContainsKey(command.Chain), $"no chain {command.Chain} for: {command.Rule}");
            var rules = chains[command.Chain];
            switch (command.Verb)
            {
                case RestoreVerb.Append:
                    rules.Add(command.Rule);
                    break;
                case RestoreVerb.Insert:
                    Require(command.Position >= 1 && command.Position <= rules.Count + 1, $"no position {command.Position} in {command.Chain} of {rules.Count}: {command.Rule}");
                    rules.Insert(command.Position - 1, command.Rule);
                    break;
                default:
                    Require(rules.Remove(command.Rule), $"nothing to delete in {command.Chain}: {command.Rule}");
                    break;
            }
        }

        foreach (var chain in table.Removed)
        {
            Require(chains.TryGetValue(chain, out var rules) && rules.Count == 0, $"{chain} is not there or not empty");
            chains.Remove(chain);
        }
    }

    // The kernel takes no rule that leads to a chain that is not there.
    private static void Check(string table, SortedDictionary<string, List<string>> chains)
    {
        foreach (var (chain, rules) in chains)
        {
            foreach (var rule in rules)
            {
                var target = rule[(rule.LastIndexOf(' ') + 1)..];
                Require(!rule.EndsWith("-j " + target, StringComparison.Ordinal) || !target.Contains('-') || chains.ContainsKey(target), $"{table} {chain} leads to {target}, which is not there: {rule}");
            }
        }
    }

    private static void Require(bool holds, string problem)
    {
        if (!holds)
        {
            throw new Xunit.Sdk.XunitException(problem);
        }
    }
}
