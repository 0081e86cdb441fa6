using System.Text;
using Sluice.Dataplane.Planning;
using Sluice.Net;
using Sluice.Netfilter.Iptables;

namespace Sluice.Dataplane.Diff;

/// <summary>
/// Removes everything that is the proxy's from a kernel: its jumps, its chains, the chains of Services. What is the kubelet's
/// (KUBE-FIREWALL and its jumps) and what is anyone else's stays.
/// </summary>
public static class IptablesCleanup
{
    /// <summary>The batches that remove it, by the output of iptables-save; none when there is nothing.</summary>
    /// <param name="dump">The dump. A chain that somebody else's rule leads to is emptied and stays.</param>
    /// <param name="family">The family of the dump.</param>
    /// <param name="onlySigned">Whether what has no <see cref="SharedChains.Signature"/>, and so may be kube-proxy's, stays.</param>
    public static IReadOnlyList<RestoreBatch> Of(Stream dump, IPFamily family, bool onlySigned = false)
    {
        var view = new OwnView(family);
        var stream = new SaveStream(view);
        var buffer = new byte[64 * 1024];
        while (dump.Read(buffer) is > 0 and var count)
        {
            stream.Feed(buffer.AsSpan(0, count));
        }

        stream.Finish();
        return onlySigned && !view.IsSigned ? [] : view.Batches();
    }

    // The proxy's jumps and chains of a dump.
    private sealed class OwnView(IPFamily family) : ISaveSink
    {
        private readonly JumpView _jumps = new(new ChainCheck(new RuleTextComparer(family)));
        private readonly Dictionary<(string Table, string Chain), bool> _chains = [];
        private string _table = "";

        public bool IsSigned => _chains.ContainsKey(("nat", SharedChains.Signature));

        public void BeginTable(string table) => _table = table;

        public void DeclareChain(ReadOnlySpan<byte> name)
        {
            if (IsOurs(name))
            {
                _chains[(_table, Encoding.UTF8.GetString(name))] = false;
            }
        }

        public void AddRule(ReadOnlySpan<byte> chain, ReadOnlySpan<byte> options)
        {
            if (IsOurs(chain))
            {
                _chains[(_table, Encoding.UTF8.GetString(chain))] = true;
                return;
            }

            _jumps.Add(_table, chain, options);
        }

        public void EndTable(bool isWhole) => _table = "";

        // Jumps first, with what they lead to emptied: from then on nothing of the proxy's is at work. The signature goes alone and last:
        // what is left of a removal that was cut short is still known.
        public IReadOnlyList<RestoreBatch> Batches()
        {
            var batches = new List<Func<RestoreBatch>>();
            var first = new[] { new TableDraft("nat"), new TableDraft("filter") };
            foreach (var jump in _jumps.Found.Where(j => j.To != SharedChains.KubeletFirewall))
            {
                first[jump.Table == "nat" ? 0 : 1].Delete(jump.From, jump.Rule);
            }

            foreach (var ((table, chain), hasRules) in _chains)
            {
                if (hasRules && ChainKey.KindOf(chain) is null)
                {
                    first[table == "nat" ? 0 : 1].Empty(chain);
                }
            }

            Add(batches, first);
            var gone = _chains.Where(c => c.Value || !IsLedTo(c.Key)).Select(c => c.Key)
                .OrderBy(c => (int?)ChainKey.KindOf(c.Chain) ?? int.MaxValue).ThenBy(c => c.Chain, StringComparer.Ordinal)
                .ToLookup(c => c.Chain == SharedChains.Signature);
            foreach (var chunk in gone[false].Chunk(Repair.ChainsPerBatch).Concat(gone[true].Chunk(1)))
            {
                batches.Add(() => Removal(chunk));
            }

            return new BatchList(batches);
        }

        private RestoreBatch Removal((string Table, string Chain)[] chunk)
        {
            var drafts = new[] { new TableDraft("nat"), new TableDraft("filter") };
            foreach (var chain in chunk)
            {
                var draft = drafts[chain.Table == "nat" ? 0 : 1];
                if (IsLedTo(chain))
                {
                    draft.Empty(chain.Chain);
                }
                else
                {
                    draft.Remove(chain.Chain);
                }
            }

            return TableDraft.ToBatch(drafts);
        }

        private bool IsLedTo((string Table, string Chain) chain) => _jumps.WhoLeadsTo(chain.Table, chain.Chain) is not null;

        private bool IsOurs(ReadOnlySpan<byte> name)
        {
            if (_table == "nat" && ChainKey.KindOf(name) is not null)
            {
                return true;
            }

            foreach (var (table, chain) in SharedChains.All)
            {
                if (table == _table && chain != SharedChains.KubeletFirewall && Ascii.Equals(name, chain))
                {
                    return true;
                }
            }

            return false;
        }

        private static void Add(List<Func<RestoreBatch>> batches, TableDraft[] drafts)
        {
            if (Array.Exists(drafts, d => !d.IsEmpty))
            {
                batches.Add(() => TableDraft.ToBatch(drafts));
            }
        }
    }
}
