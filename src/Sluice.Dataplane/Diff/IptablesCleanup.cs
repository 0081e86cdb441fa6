using System.Text;
using Sluice.Dataplane.Planning;
using Sluice.Dataplane.Planning.Ipvs;
using Sluice.Net;
using Sluice.Netfilter.Iptables;

namespace Sluice.Dataplane.Diff;

/// <summary>
/// Removes everything that is a Service proxy's from a kernel, in iptables mode or IPVS mode: its jumps, its chains, the chains of Services. What is the
/// kubelet's (KUBE-FIREWALL and its jumps) and what is anyone else's stays.
/// </summary>
public static class IptablesCleanup
{
    /// <summary>The batches that remove it, by the output of iptables-save; none when there is nothing.</summary>
    /// <param name="dump">The dump. A chain that somebody else's rule leads to is emptied and stays.</param>
    /// <param name="family">The family of the dump.</param>
    /// <param name="onlySigned">Whether what has no <see cref="SharedChains.Signature"/>, and so may be kube-proxy's, stays.</param>
    /// <param name="kept">The mode whose rules stay, because it routes now; null for none.</param>
    public static IReadOnlyList<RestoreBatch> Of(Stream dump, IPFamily family, bool onlySigned = false, RuleMode? kept = null)
    {
        var view = new OwnView(family, kept);
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
    private sealed class OwnView(IPFamily family, RuleMode? kept) : ISaveSink
    {
        // Jumps are taken away before what they lead to, and the kernel's order of hooks is no matter then.
        private static readonly string[] s_tables = ["nat", "filter", "mangle"];

        private static readonly IReadOnlyList<JumpRule> s_jumps = [.. SharedChains.Jumps.Union(IpvsChains.Jumps).Where(j => j.To != SharedChains.KubeletFirewall)];

        private static readonly IReadOnlyList<(string Table, string Chain)> s_shared =
            [.. SharedChains.All.Union(IpvsChains.All).Where(c => c.Chain != SharedChains.KubeletFirewall)];

        private readonly JumpView _jumps = new(new ChainCheck(new RuleTextComparer(family)), s_jumps);
        private readonly Dictionary<(string Table, string Chain), bool> _chains = [];
        private string _table = "";

        public bool IsSigned { get; private set; }

        public void BeginTable(string table) => _table = table;

        public void DeclareChain(ReadOnlySpan<byte> name)
        {
            IsSigned |= _table == "nat" && Ascii.Equals(name, SharedChains.Signature);
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
            var first = new TableDrafts(s_tables);
            foreach (var jump in _jumps.Found.Where(j => !KeptJumps.Contains(j)))
            {
                first[jump.Table].Delete(jump.From, jump.Rule);
            }

            foreach (var ((table, chain), hasRules) in _chains)
            {
                if (hasRules && ChainKey.KindOf(chain) is null)
                {
                    first[table].Empty(chain);
                }
            }

            if (!first.IsEmpty)
            {
                batches.Add(first.ToBatch);
            }

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
            var drafts = new TableDrafts(s_tables);
            foreach (var chain in chunk)
            {
                var draft = drafts[chain.Table];
                if (IsLedTo(chain))
                {
                    draft.Empty(chain.Chain);
                }
                else
                {
                    draft.Remove(chain.Chain);
                }
            }

            return drafts.ToBatch();
        }

        private IReadOnlyList<JumpRule> KeptJumps => kept switch
        {
            RuleMode.Iptables => SharedChains.Jumps,
            RuleMode.Ipvs => IpvsChains.Jumps,
            _ => [],
        };

        private IReadOnlyList<(string Table, string Chain)> KeptChains => kept switch
        {
            RuleMode.Iptables => SharedChains.All,
            RuleMode.Ipvs => IpvsChains.All,
            _ => [],
        };

        private bool IsLedTo((string Table, string Chain) chain) => _jumps.WhoLeadsTo(chain.Table, chain.Chain) is not null;

        private bool IsOurs(ReadOnlySpan<byte> name)
        {
            return _table == "nat" && ChainKey.KindOf(name) is not null
                ? kept is null || (kept == RuleMode.Ipvs && !Ascii.Equals(name, SharedChains.Signature))
                : Contains(s_shared, name) && !Contains(KeptChains, name);
        }

        private bool Contains(IReadOnlyList<(string Table, string Chain)> chains, ReadOnlySpan<byte> name)
        {
            foreach (var (table, chain) in chains)
            {
                if (table == _table && Ascii.Equals(name, chain))
                {
                    return true;
                }
            }

            return false;
        }
    }
}
