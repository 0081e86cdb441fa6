using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Objects;

namespace Sluice.Dataplane.Planning;

/// <summary>
/// The rules that a node needs for all Services, in one address family. They are planned when asked for, and none is kept: a
/// cluster's rules are many times larger than what they are made of.
/// </summary>
/// <param name="intent">What the node must do.</param>
/// <param name="options">What shapes the plan besides Services and the node; its family is the intent's.</param>
public sealed class IptablesPlan(ServiceIntent intent, IptablesPlanOptions options)
{
    // kube-proxy's largeClusterEndpointsThreshold.
    private const int LargestCommented = 1000;

    private readonly IptablesPlanner _planner = new(options.Family == intent.Family
        ? options
        : throw new ArgumentException($"options for {options.Family}, an intent for {intent.Family}", nameof(options)));

    /// <summary>What the node must do.</summary>
    public ServiceIntent Intent => intent;

    /// <summary>What shapes the plan besides Services and the node.</summary>
    public IptablesPlanOptions Options => options;

    /// <summary>Whether rules about single endpoints go without comments: with more than 1,000 endpoints.</summary>
    public bool IsLargeCluster => intent.EndpointCount > LargestCommented;

    /// <summary>The chains that are there with or without Services; what Services add to one stands before its rules here.</summary>
    public IEnumerable<PlannedChain> SharedChains => _planner.SharedChainsOf(intent.Node);

    /// <summary>The rules of every Service port, in the order of the intent.</summary>
    public IEnumerable<ServicePlan> Ports => intent.Ports.Select(Plan);

    /// <summary>The rules of a Service's ports, in their order.</summary>
    public IEnumerable<ServicePlan> PortsOf(ObjectName service) => intent.PortsOf(service).Select(Plan);

    /// <summary>The rules of a Service port.</summary>
    public ServicePlan Plan(PortIntent port) => _planner.Plan(port, intent.Node, IsLargeCluster);

    /// <summary>What an empty kernel needs, as input of iptables-restore: chains, rules, and the jumps of the built-in chains.</summary>
    public string ToRestoreText()
    {
        using var text = new StringWriter { NewLine = "\n" };
        WriteTo(text);
        return text.ToString();
    }

    /// <summary>Writes what an empty kernel needs, as input of iptables-restore: chains, rules, and the jumps of the built-in chains.</summary>
    public void WriteTo(TextWriter output)
    {
        WriteTable("filter", output);
        WriteTable("nat", output);
    }

    private void WriteTable(string table, TextWriter output)
    {
        var shared = SharedChains.Where(c => c.Table == table).ToList();
        output.Write($"*{table}\n");

        // iptables-nft is several times slower with chains in any other order.
        var names = Ports.SelectMany(p => p.Chains).Where(c => c.Table == table).Concat(shared).Select(c => c.Name).Order(StringComparer.Ordinal);
        foreach (var name in names)
        {
            output.Write($":{name} - [0:0]\n");
        }

        foreach (var jump in Planning.SharedChains.Jumps.Where(j => j.Table == table).Reverse())
        {
            Append(jump.From, jump.Rule, output);
        }

        foreach (var port in Ports)
        {
            foreach (var rule in port.Dispatch)
            {
                if (rule.Table == table)
                {
                    Append(rule.Chain, rule.Rule, output);
                }
            }

            foreach (var chain in port.Chains)
            {
                if (chain.Table == table)
                {
                    Append(chain, output);
                }
            }
        }

        shared.ForEach(chain => Append(chain, output));
        output.Write("COMMIT\n");
    }

    private static void Append(PlannedChain chain, TextWriter output)
    {
        foreach (var rule in chain.Rules)
        {
            Append(chain.Name, rule, output);
        }
    }

    private static void Append(string chain, string rule, TextWriter output) => output.Write($"-A {chain} {rule}\n");
}
