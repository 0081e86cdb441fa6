using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Objects;
using Sluice.Net;

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

    /// <summary>One chain of a Service port: an endpoint's, or one of the other kinds.</summary>
    internal PlannedChain PlanChain(PortIntent port, ServiceChainKind kind, Endpoint? endpoint) =>
        _planner.PlanChain(port, intent.Node, IsLargeCluster, kind, endpoint);

    /// <summary>The rules of one of the chains shared by all, in order, planned as they are asked for.</summary>
    internal IEnumerable<string> RulesOf(DispatchChain chain)
    {
        var (table, name) = Planning.SharedChains.Dispatching[(int)chain];
        foreach (var port in intent.Ports)
        {
            var rules = PlanDispatch(port);
            for (var i = 0; i < rules.Count; i++)
            {
                if (rules[i].Chain == name && rules[i].Table == table)
                {
                    yield return rules[i].Rule;
                }
            }
        }

        foreach (var rule in (IEnumerable<string>)SharedChains.First(c => c.Name == name && c.Table == table).Rules)
        {
            yield return rule;
        }
    }

    /// <summary>The rules of a Service port in the chains shared by all.</summary>
    internal EquatableArray<PlannedRule> PlanDispatch(PortIntent port) => _planner.PlanDispatch(port, intent.Node);

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
        // iptables-nft is several times slower with chains in any other order.
        var shared = SharedChains.Where(c => c.Table == table).ToList();
        var names = Ports.SelectMany(p => p.Chains).Where(c => c.Table == table).Concat(shared).Select(c => c.Name).Order(StringComparer.Ordinal).ToList();

        RestoreText.Begin(intent.Family, table, names, Planning.SharedChains.Jumps, output);

        foreach (var port in Ports)
        {
            foreach (var rule in port.Dispatch)
            {
                if (rule.Table == table)
                {
                    RestoreText.Append(rule.Chain, rule.Rule, output);
                }
            }

            foreach (var chain in port.Chains)
            {
                if (chain.Table == table)
                {
                    RestoreText.Append(chain, output);
                }
            }
        }

        shared.ForEach(chain => RestoreText.Append(chain, output));
        RestoreText.End(output);
    }
}
