using Sluice.Daemon;
using Xunit;

namespace Sluice.Tests.Daemon;

public sealed class OwnWritesTests
{
    private readonly FakeKernel _kernel = new();
    private readonly OwnWrites _writes = new();

    [Fact]
    public void Tables_that_the_other_family_wrote_are_not_somebody_elses()
    {
        var before = _writes.OfOthers(_kernel.ReadStamp);
        Assert.NotNull(before);
        _writes.Begin();
        ChangeOneTable();
        ChangeOneTable();
        _writes.End(2);
        Assert.Equal(before, _writes.OfOthers(_kernel.ReadStamp));
    }

    [Fact]
    public void What_others_wrote_shows_though_own_writes_came_between()
    {
        var before = _writes.OfOthers(_kernel.ReadStamp);
        _writes.Begin();
        ChangeOneTable();
        _writes.End(1);
        ChangeOneTable();
        Assert.NotEqual(before, _writes.OfOthers(_kernel.ReadStamp));
    }

    [Fact]
    public void A_restore_that_failed_half_way_counts_as_somebody_elses()
    {
        var before = _writes.OfOthers(_kernel.ReadStamp);
        _writes.Begin();
        ChangeOneTable();
        _writes.End(0);
        Assert.NotEqual(before, _writes.OfOthers(_kernel.ReadStamp));
    }

    [Fact]
    public void Nobody_can_tell_while_a_restore_is_under_way()
    {
        _writes.Begin();
        Assert.Null(_writes.OfOthers(_kernel.ReadStamp));
        _writes.End(0);
        Assert.NotNull(_writes.OfOthers(_kernel.ReadStamp));
    }

    [Fact]
    public void The_stamp_of_legacy_tables_stays_as_it_is()
    {
        _kernel.HasGeneration = false;
        _writes.Begin();
        _writes.End(3);
        Assert.Equal(_kernel.ReadStamp(), _writes.OfOthers(_kernel.ReadStamp));
    }

    private void ChangeOneTable() => _kernel.Change("nat", table => table with { Chains = table.Chains.SetItem("OUTPUT", table.Chains["OUTPUT"].Add("-j ACCEPT")) });
}
