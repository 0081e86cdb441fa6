using Sluice.Linux.Tools;
using Sluice.Netfilter.Rules;

namespace Sluice.Linux.Iptables;

/// <summary>Whose rules are in the tables of a variant, of either family.</summary>
internal static class RulesInUse
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromMinutes(1);
    private static readonly string[] s_names = ["iptables", "ip6tables"];

    // Kubelet 1.17 and newer makes one of them wherever it writes its rules.
    private static readonly string[] s_kubeletChains = [":KUBE-IPTABLES-HINT ", ":KUBE-KUBELET-CANARY "];

    internal static bool HasKubeletChain(TableBackend backend) =>
        Lines(backend, "mangle").Any(line => Array.Exists(s_kubeletChains, chain => line.StartsWith(chain, StringComparison.Ordinal)));

    internal static int Count(TableBackend backend) => Lines(backend, table: null).Count(line => line.StartsWith('-'));

    private static IEnumerable<string> Lines(TableBackend backend, string? table)
    {
        foreach (var name in s_names)
        {
            // Asking the legacy tools for a table makes it: only those that exist are asked for.
            if (SystemPrograms.Find($"{name}-{(backend == TableBackend.Nft ? "nft" : "legacy")}-save") is not { } save
                || (backend == TableBackend.Legacy && !HasLegacyTable(name, table)))
            {
                continue;
            }

            using var tool = RunningTool.Start(save, table is null ? [] : ["-t", table], s_timeout, CancellationToken.None);
            tool.Input.Close();
            using var lines = new StreamReader(tool.Output);
            while (lines.ReadLine() is { } line)
            {
                yield return line;
            }
        }
    }

    private static bool HasLegacyTable(string name, string? table)
    {
        var file = $"/proc/thread-self/net/{(name == "iptables" ? "ip" : "ip6")}_tables_names";
        return File.Exists(file) && File.ReadLines(file).Any(line => table is null || line == table);
    }
}
