using Sluice.Dataplane.Planning;
using Sluice.Netfilter.Iptables;

namespace Sluice.Dataplane.Diff;

/// <summary>
/// Makes the batches that turn what a view shows into what is planned: first what all Services need and the jumps to it, then
/// Services chunk by chunk, their chains with the rules that lead to them; then what must be rewritten as a whole; what is stale last.
/// </summary>
internal sealed class Repair(KernelView view)
{
    // iptables-nft takes time that grows faster than the number of chains in one input; below this it does not matter yet.
    internal const int ChainsPerBatch = 2000;

    private readonly List<Func<RestoreBatch>> _batches = [];

    /// <summary>The batches and findings.</summary>
    public Reconciliation Make()
    {
        foreach (var table in view.CutTables)
        {
            view.Findings.Add("cut tables", () => $"the dump shows only a part of table {ChainCheck.Text(System.Text.Encoding.UTF8.GetBytes(table))}: no jump is added and nothing removed there");
        }

        Foundations();
        var (cold, rewritten) = NatDispatch();
        new ServiceRepair(view, cold).AddTo(_batches);
        LastOfNat(cold, rewritten);
        FilterDispatch();
        StaleRemoval.AddTo(_batches, view);
        return new Reconciliation(new BatchList(_batches), view.Findings.ToLines()) { IsSuccession = view.HasOthersServices };
    }

    // Chains that all Services need, empty ones that Services will fill, and the jumps.
    private void Foundations()
    {
        var drafts = new TableDrafts(view.Shared.Select(c => c.Table).Distinct());
        for (var i = 0; i < view.Shared.Count; i++)
        {
            var chain = view.Shared[i];
            var draft = drafts[chain.Table];
            if (view.StateOf(i) == ChainState.Missing)
            {
                view.Findings.Add("missing chains", () => $"{chain.Table} {chain.Name} is missing");
            }

            if (chain.Name == SharedChains.KubeletFirewall)
            {
                AddKubeletRules(chain, view.StateOf(i), draft);
            }
            else if (view.Services.DispatchOf(chain) is not null)
            {
                if (view.StateOf(i) == ChainState.Missing && view.IsWhole(chain.Table))
                {
                    draft.Empty(chain.Name);
                }
            }
            else if (view.StateOf(i) != ChainState.Right)
            {
                NoteEmpty(chain, view.StateOf(i));
                draft.Write(chain);
            }
        }

        Jumps(drafts);
        if (!drafts.IsEmpty)
        {
            _batches.Add(drafts.ToBatch);
        }
    }

    private void AddKubeletRules(PlannedChain chain, ChainState state, TableDraft draft)
    {
        if (state == ChainState.Missing)
        {
            draft.Empty(chain.Name);
        }

        foreach (var rule in chain.Rules)
        {
            if (!view.HasKubeletRule(rule))
            {
                view.Findings.Add("missing rules", () => $"{chain.Table} {chain.Name} lacks '{rule}'");
                draft.Append(chain.Name, rule);
            }
        }
    }

    private void Jumps(TableDrafts drafts)
    {
        foreach (var jump in view.Layout.Jumps)
        {
            var draft = drafts[jump.Table];
            var count = view.Jumps.CountOf(jump);
            if (count == 0 && view.IsWhole(jump.Table))
            {
                view.Findings.Add("missing jumps", () => $"{jump.Table} {jump.From} lacks the jump to {jump.To}");
                draft.Insert(jump.From, jump.Rule, 1);
            }

            for (; count > 1; count--)
            {
                view.Findings.Add("jumps too many", () => $"{jump.Table} {jump.From} has the jump to {jump.To} more than once");
                draft.Delete(jump.From, jump.Rule);
            }
        }
    }

    // The chains of nat that Services fill: those that hold nothing yet, and those that hold other rules.
    private (List<DispatchChain> Cold, List<DispatchChain> Rewritten) NatDispatch()
    {
        var cold = new List<DispatchChain>();
        var rewritten = new List<DispatchChain>();
        foreach (var (chain, state) in WrongDispatch("nat"))
        {
            (state == ChainState.Wrong ? rewritten : cold).Add(chain);
        }

        return (cold, rewritten);
    }

    private IEnumerable<(DispatchChain Chain, ChainState State)> WrongDispatch(string table)
    {
        for (var i = 0; i < view.Shared.Count; i++)
        {
            var chain = view.Shared[i];
            if (chain.Table == table && view.Services.DispatchOf(chain) is { } dispatch && view.StateOf(i) is not ChainState.Right and var state)
            {
                if (!view.IsWhole(table))
                {
                    // Its rules may be there all the same: adding to them would double them.
                    yield return (dispatch, ChainState.Wrong);
                }
                else if (state == ChainState.Wrong || view.Services.RulesOf(dispatch).Any())
                {
                    NoteEmpty(chain, state);
                    yield return (dispatch, state);
                }
            }
        }
    }

    private void NoteEmpty(PlannedChain chain, ChainState state)
    {
        if (state == ChainState.Empty)
        {
            view.Findings.Add("chains with other rules than planned", () => $"{chain.Table} {chain.Name}: it is empty");
        }
    }

    // The jump to node ports is the last rule of its chain.
    private void LastOfNat(List<DispatchChain> cold, List<DispatchChain> rewritten)
    {
        var last = view.Shared.Where(c => view.Services.DispatchOf(c) is { } chain && cold.Contains(chain) && c.Rules.Count > 0).ToList();
        if (last.Count == 0 && rewritten.Count == 0)
        {
            return;
        }

        _batches.Add(() =>
        {
            var nat = new TableDraft("nat");
            foreach (var chain in last)
            {
                foreach (var rule in chain.Rules)
                {
                    nat.Append(chain.Name, rule);
                }
            }

            rewritten.ForEach(chain => Write(chain, nat));
            return TableDraft.ToBatch(nat);
        });
    }

    private void FilterDispatch()
    {
        var wrong = WrongDispatch("filter").Select(w => w.Chain).ToList();
        if (wrong.Count > 0)
        {
            _batches.Add(() =>
            {
                var filter = new TableDraft("filter");
                wrong.ForEach(chain => Write(chain, filter));
                return TableDraft.ToBatch(filter);
            });
        }
    }

    private void Write(DispatchChain chain, TableDraft draft)
    {
        var name = SharedChains.Dispatching[(int)chain].Chain;
        draft.Empty(name);
        foreach (var rule in view.Services.RulesOf(chain))
        {
            draft.Append(name, rule);
        }
    }
}
