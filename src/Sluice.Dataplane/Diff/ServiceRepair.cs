using Sluice.Dataplane.Planning;
using Sluice.Netfilter.Iptables;

namespace Sluice.Dataplane.Diff;

/// <summary>
/// Mends Services chunk by chunk: those of their chains that are not right, and their rules in shared chains that hold nothing yet.
/// </summary>
/// <param name="view">What is there.</param>
/// <param name="cold">The shared chains of nat that hold nothing yet.</param>
internal sealed class ServiceRepair(KernelView view, IReadOnlyCollection<DispatchChain> cold)
{
    private const int PortsPerBatch = 400;

    /// <summary>Adds the batches, each with whole Services.</summary>
    public void AddTo(List<Func<RestoreBatch>> batches)
    {
        var services = view.Services;
        var (chain, ports, chains) = (0, new List<int>(), new List<int>());
        for (var port = 0; port < services.Ports.Count; port++)
        {
            var before = chains.Count;
            for (; chain < services.Count && services.PortOf(chain) == port; chain++)
            {
                if (services[chain] != ChainState.Right)
                {
                    Note(chain);
                    chains.Add(chain);
                }
            }

            if (cold.Count > 0 || chains.Count > before)
            {
                ports.Add(port);
            }

            if (ports.Count >= PortsPerBatch || chains.Count >= Repair.ChainsPerBatch)
            {
                Add(batches, [.. ports], [.. chains]);
                ports.Clear();
                chains.Clear();
            }
        }

        Add(batches, [.. ports], [.. chains]);
    }

    private void Note(int chain)
    {
        var name = () => view.Services.Plan(chain).Name;
        switch (view.Services[chain])
        {
            case ChainState.Missing:
                view.Findings.Add("missing chains of Services", () => $"nat {name()} of {view.Services.Ports[view.Services.PortOf(chain)].Name} is missing");
                break;
            case ChainState.Empty:
                view.Findings.Add("chains with other rules than planned", () => $"nat {name()}: it is empty");
                break;
            default:
                break;
        }
    }

    private void Add(List<Func<RestoreBatch>> batches, int[] ports, int[] chains)
    {
        if (ports.Length == 0)
        {
            return;
        }

        batches.Add(() =>
        {
            var nat = new TableDraft("nat");
            foreach (var chain in chains)
            {
                nat.Write(view.Services.Plan(chain));
            }

            foreach (var rule in cold.Count == 0 ? [] : ports.SelectMany(port => view.Services.PlanDispatch(port)))
            {
                if (cold.Contains((DispatchChain)SharedChains.DispatchIndex(rule.Table, rule.Chain)))
                {
                    nat.Append(rule.Chain, rule.Rule);
                }
            }

            return TableDraft.ToBatch(nat);
        });
    }
}
