using System.Text;
using Sluice.Daemon;
using Sluice.Linux.Iptables;
using Sluice.Netfilter.Iptables;
using Xunit;

namespace Sluice.Tests.Daemon;

/// <summary>The tables of one family in memory: chains and rules as text, with faults on demand.</summary>
internal sealed class FakeKernel : IRuleKernel
{
    private readonly Dictionary<string, FakeTable> _tables = new(StringComparer.Ordinal)
    {
        ["filter"] = FakeTable.Empty("filter", "INPUT", "FORWARD", "OUTPUT"),
        ["mangle"] = FakeTable.Empty("mangle", "PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"),
        ["nat"] = FakeTable.Empty("nat", "PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"),
    };

    private uint _generation = 1;
    private int _writers;

    /// <summary>Whether its stamp counts writes, as that of nf_tables does and that of legacy tables does not.</summary>
    public bool HasGeneration { get; set; } = true;

    /// <summary>What befalls the next restores.</summary>
    public Func<FakeFault> Fault { get; set; } = () => FakeFault.None;

    /// <summary>Whether reading fails.</summary>
    public bool CannotRead { get; set; }

    /// <summary>Rules that it does not take.</summary>
    public Func<string, bool> Refuses { get; set; } = _ => false;

    /// <summary>How often it was written, successfully or not.</summary>
    public int Restores { get; private set; }

    /// <summary>How often it was read.</summary>
    public int Saves { get; private set; }

    /// <summary>Called while a restore is under way.</summary>
    public Func<Task> OnRestore { get; set; } = () => Task.CompletedTask;

    public FakeTable this[string table] => _tables[table];

    public RulesStamp? ReadStamp() => new RulesStamp(_generation, CountsWrites: HasGeneration);

    /// <summary>Somebody else changes a table.</summary>
    public void Change(string table, Func<FakeTable, FakeTable> change)
    {
        var changed = change(_tables[table]);
        if (!ReferenceEquals(changed.Chains, _tables[table].Chains))
        {
            _tables[table] = changed;
            _generation++;
        }
    }

    public async Task<RestoreResult> RestoreAsync(RestoreBatch batch, CancellationToken cancellationToken)
    {
        Assert.Equal(1, Interlocked.Increment(ref _writers));
        try
        {
            Restores++;
            await OnRestore();
            var fault = Fault();
            switch (fault)
            {
                case FakeFault.Locked:
                    return new RestoreResult.Failed(RestoreFailureKind.Locked, "locked", At: null);
                case FakeFault.Before:
                    return new RestoreResult.Failed(RestoreFailureKind.Ended, "ended before", At: null);
            }

            foreach (var changes in batch.Tables)
            {
                _tables[changes.Table] = _tables[changes.Table].Apply(changes, Refuses);
                _generation++;
                if (fault == FakeFault.Half)
                {
                    return new RestoreResult.Failed(RestoreFailureKind.Ended, "ended half-way", At: null);
                }
            }

            return fault == FakeFault.After
                ? new RestoreResult.Failed(RestoreFailureKind.Ended, "ended after", At: null)
                : new RestoreResult.Ok();
        }
        catch (FakeRefusal refusal)
        {
            return new RestoreResult.Failed(RestoreFailureKind.Refused, refusal.Message, At: null);
        }
        finally
        {
            Interlocked.Decrement(ref _writers);
        }
    }

    public Task<SaveResult<T>> SaveAsync<T>(Func<Stream, T> read, CancellationToken cancellationToken)
    {
        Saves++;
        if (CannotRead)
        {
            return Task.FromResult<SaveResult<T>>(new SaveResult<T>.Failed("cannot read"));
        }

        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(Dump()));
        return Task.FromResult<SaveResult<T>>(new SaveResult<T>.Read(read(stream)));
    }

    /// <summary>What iptables-save would print.</summary>
    public string Dump(params IReadOnlyList<string> tables)
    {
        using var dump = new StringWriter();
        foreach (var table in tables.Count == 0 ? (IEnumerable<string>)_tables.Keys : tables)
        {
            _tables[table].WriteTo(dump);
        }

        return dump.ToString();
    }
}
