using Sluice.Kubernetes.Objects;
using Xunit;

namespace Sluice.Tests.Api;

/// <summary>Somebody sets the machine's clock by an hour, forward or back, while an API server is followed: nobody notices.</summary>
public sealed class ClockJumpTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_jump_ends_no_watch_and_begins_no_list(int hours)
    {
        await using var rig = await ApiRig.CreateAsync(step: 0.001);
        rig.Store.Set(ApiObjects.Service(1));
        rig.Follow();
        await rig.SettledAsync("the list");
        await ApiRig.UntilAsync(() => rig.Source.Status.All(s => s.IsConnected), "watches");
        var before = Counts(rig);
        rig.Time.JumpWall(TimeSpan.FromHours(hours));
        rig.Store.Set(ApiObjects.Service(2));
        await rig.SettledAsync("after the jump");
        Assert.Equal(before, Counts(rig));
        Assert.Empty(rig.Problems);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_jump_while_the_server_is_away_keeps_nobody_waiting(int hours)
    {
        await using var rig = await ApiRig.CreateAsync();
        rig.Store.Set(ApiObjects.Service(1));
        rig.Follow();
        await rig.SettledAsync("the list");
        await ApiRig.UntilAsync(() => rig.Source.Status.All(s => s.IsConnected), "watches");
        rig.Server.Leave();
        await ApiRig.UntilAsync(() => rig.StatusOf(ObjectKind.Service).Failures >= 2, "failures");
        rig.Time.JumpWall(TimeSpan.FromHours(hours));
        rig.Store.Set(ApiObjects.Service(2));
        var back = rig.Time.GetTimestamp();
        rig.Server.Return();
        await rig.SettledAsync("after the jump");

        // The longest pause, and what passes until this test sees it.
        Assert.InRange(rig.Time.GetElapsedTime(back), TimeSpan.Zero, TimeSpan.FromSeconds(40));
    }

    private static List<(ObjectKind, long, long, long)> Counts(ApiRig rig) =>
        [.. rig.Source.Status.Select(s => (s.Kind, s.Lists, s.Watches, s.Failures))];
}
