using System.Text;
using Sluice.Daemon;
using Sluice.Dataplane.Planning.Nftables;
using Sluice.Linux.Netlink.Nftables;
using Sluice.Netfilter.Nftables.Changes;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Sets;
using Xunit;

namespace Sluice.Tests.Daemon;

/// <summary>The nftables table of one family in memory, with faults on demand.</summary>
internal sealed class FakeNftKernel : INftKernel
{
    private uint _generation = 1;

    // Whether the table may be otherwise than whoever read or wrote it last supposes.
    private bool _isOther;

    /// <summary>The table; null when there is none.</summary>
    public NftTableModel? Model { get; private set; }

    /// <summary>What becomes of the next commit; null when it is carried out.</summary>
    public Func<NftCommitResult?> Fault { get; set; } = () => null;

    /// <summary>Elements that it does not take, by their comment.</summary>
    public Func<string, bool> Refuses { get; set; } = _ => false;

    /// <summary>How often it was written, successfully or not.</summary>
    public int Commits { get; private set; }

    /// <summary>How often it was read.</summary>
    public int Reads { get; private set; }

    /// <summary>How often single elements were asked for.</summary>
    public int Questions { get; private set; }

    /// <summary>Called after a survey has read the table, before it is told what it read.</summary>
    public Action OnSurvey { get; set; } = () => { };

    /// <summary>How many elements came or went in all.</summary>
    public int Elements { get; private set; }

    public uint? ReadGeneration() => _generation;

    /// <summary>Somebody else changes the table: carries out a transaction, or removes the table when null.</summary>
    public void Damage(NftTransaction? transaction)
    {
        _generation++;
        _isOther = true;
        if (transaction is null)
        {
            Model = null;
        }
        else
        {
            Model = After(transaction);
        }
    }

    public NftTableContent Read(NftablesLayout layout)
    {
        Reads++;
        _isOther = false;
        return Content(layout, (_, _) => true);
    }

    public NftTableContent Survey(NftablesLayout layout)
    {
        var content = Content(layout, (_, _) => true);
        OnSurvey();
        return content;
    }

    public NftTableContent Ask(NftablesLayout layout, IReadOnlyList<byte[]> keys)
    {
        Questions++;
        _isOther = false;
        return Content(layout, (set, element) => keys[set].Chunk(element.First.Span.Length).Any(k => element.First.Span.SequenceEqual(k)));
    }

    public NftCommitResult Create(Table table, bool replaces)
    {
        Assert.Equal(replaces, Model is not null);
        return Write(() => new NftTableModel(table));
    }

    public NftCommitResult Commit(NftTransaction transaction)
    {
        for (var i = 0; i < transaction.Elements.Count; i++)
        {
            if (transaction.Elements[i].Comment is { } comment && !transaction.Elements[i].IsDelete && Refuses(comment))
            {
                Commits++;
                return new NftCommitResult.Refused($"element of {comment}: refused") { Element = i };
            }
        }

        return Write(() => After(transaction), transaction.Elements.Count);
    }

    public string? ReadClients(NftablesLayout layout, ClientTest isKept, NftTransaction removal) => null;

    private NftTableContent Content(NftablesLayout layout, Func<int, SetElement, bool> isTold)
    {
        if (Model is null)
        {
            return new NftTableContent.Missing();
        }

        var table = Model.ToTable();
        if (!layout.Fits(table))
        {
            return new NftTableContent.Other();
        }

        var dump = new NftablesDump(layout);
        foreach (var chain in table.Chains)
        {
            dump.Add(chain);
        }

        for (var set = 0; set < table.Sets.Count; set++)
        {
            foreach (var element in table.Sets[set].Elements.Where(e => isTold(set, e)))
            {
                var chain = element.Verdict is Verdict.Goto { Chain: var name } ? name : "";
                dump.Add(
                    set,
                    element.First.Span,
                    element.Last.Span,
                    element.Data is { } data ? data.Span : default,
                    Encoding.UTF8.GetBytes(chain),
                    element.Verdict is Verdict.Drop,
                    Encoding.UTF8.GetBytes(element.Comment ?? ""));
            }
        }

        return new NftTableContent.Found(dump);
    }

    // A copy, since the kernel does all of it or nothing.
    private NftTableModel After(NftTransaction transaction)
    {
        var model = new NftTableModel(Model!.ToTable());
        model.Apply(transaction);
        return model;
    }

    private NftCommitResult Write(Func<NftTableModel> write, int elements = 0)
    {
        Commits++;
        var fault = Fault();

        // Of a write that failed otherwise than by being refused nobody knows whether it was done.
        if (fault is null or NftCommitResult.Failed)
        {
            try
            {
                Model = write();
            }
            catch (InvalidOperationException e)
            {
                // Where somebody else was at the table it may not be what a change was planned for.
                Assert.True(_isOther, e.Message);
                return new NftCommitResult.Refused(e.Message);
            }

            Elements += elements;
            _generation++;
        }

        _isOther |= fault is not null;
        return fault ?? NftCommitResult.Ok.Instance;
    }
}
