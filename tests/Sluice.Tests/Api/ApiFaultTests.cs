using Sluice.Kubernetes.Objects;
using Sluice.Tests.Api.Server;
using Xunit;

namespace Sluice.Tests.Api;

/// <summary>An API server that misbehaves: afterwards what is known equals what it has, and nothing was lost on the way.</summary>
public sealed class ApiFaultTests
{
    public static TheoryData<string> WatchFaults => new(s_watchFaults.Keys);

    public static TheoryData<string> ListFaults => new(s_listFaults.Keys);

    private static readonly Dictionary<string, Trouble> s_watchFaults = new(StringComparer.Ordinal)
    {
        ["cut mid-object"] = new Trouble.Cut(700),
        ["ended mid-object"] = new Trouble.Short(700),
        ["ended at once"] = new Trouble.Short(0),
        ["garbage"] = new Trouble.Garbage(600),
        ["silent mid-object"] = new Trouble.Silence(700),
        ["silent for ever"] = new Trouble.Silence(0),
        ["a few bytes at a time"] = new Trouble.Drip(50, TimeSpan.FromSeconds(0.1)),
        ["410 at once"] = new Trouble.Expiry(0),
        ["410 later"] = new Trouble.Expiry(2),
        ["410 as an answer"] = new Trouble.Refusal(410, "Expired"),
        ["too large a version"] = new Trouble.Refusal(504, "Timeout"),
        ["twice and late"] = new Trouble.Repetition(7),
        ["429"] = new Trouble.Refusal(429, "TooManyRequests", 3),
        ["503"] = new Trouble.Refusal(503, "ServiceUnavailable"),
        ["403"] = new Trouble.Refusal(403, "Forbidden"),
    };

    private static readonly Dictionary<string, Trouble> s_listFaults = new(StringComparer.Ordinal)
    {
        ["cut mid-object"] = new Trouble.Cut(900),
        ["ended mid-object"] = new Trouble.Short(900),
        ["an empty body"] = new Trouble.Short(0),
        ["garbage"] = new Trouble.Garbage(900),
        ["silent mid-object"] = new Trouble.Silence(900),
        ["410"] = new Trouble.Refusal(410, "Expired"),
        ["429"] = new Trouble.Refusal(429, "TooManyRequests", 3),
        ["500"] = new Trouble.Refusal(500, "InternalError"),
        ["an older version"] = new Trouble.Stale(17),
    };

    [Theory]
    [MemberData(nameof(WatchFaults))]
    public async Task A_watch_that_goes_wrong_loses_nothing(string fault)
    {
        // A watch that is silent for ever lasts its five to ten minutes.
        await using var rig = await StartAsync(step: fault == "silent for ever" ? 1 : 0.05);
        var bad = 3;
        rig.Server.Misbehave = (resource, isWatch) => isWatch && resource == "services" && Interlocked.Decrement(ref bad) >= 0 ? s_watchFaults[fault] : null;
        rig.Server.ResetConnections();
        for (var round = 0; round < 12; round++)
        {
            rig.Store.Set(ApiObjects.Service(round % 5, port: 100 + round));
            rig.Store.Remove("Service", "default/" + ApiObjects.Name((round + 3) % 7));
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        await ApiRig.UntilAsync(() => Volatile.Read(ref bad) <= 0 || fault.StartsWith("a few", StringComparison.Ordinal) || fault.StartsWith("twice", StringComparison.Ordinal), "the faults");
        await rig.SettledAsync(fault);
    }

    [Theory]
    [MemberData(nameof(ListFaults))]
    public async Task A_list_that_goes_wrong_is_no_list_and_removes_nothing(string fault)
    {
        await using var rig = await StartAsync();
        var bad = 2;
        rig.Server.Misbehave = (resource, isWatch) => !isWatch && resource == "services" && Interlocked.Decrement(ref bad) >= 0 ? s_listFaults[fault] : null;
        var known = true;
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var guard = Task.Run(
            async () =>
            {
                while (!watching.IsCancellationRequested)
                {
                    known &= rig.Knows(ObjectKind.Service, ApiObjects.Name(0));
                    await Task.Delay(1, TestContext.Current.CancellationToken);
                }
            },
            TestContext.Current.CancellationToken);
        rig.Server.Leave();
        rig.Store.Set(ApiObjects.Service(1, port: 200));
        rig.Store.Remove("Service", "default/" + ApiObjects.Name(2));
        rig.Store.Compact();
        rig.Server.Return();
        await rig.SettledAsync(fault);
        await watching.CancelAsync();
        await guard;
        Assert.True(known, "a Service that was there all the time was lost for a while");
        Assert.True(bad <= 0, $"{bad} faults were not met");
        Assert.NotEmpty(rig.Problems);
        Assert.All(rig.Problems, p => Assert.DoesNotContain('\n', p));
    }

    [Fact]
    public async Task A_server_that_is_gone_for_a_minute_is_followed_again_and_each_resource_says_so_once()
    {
        await using var rig = await StartAsync();
        rig.Server.Leave();
        await Task.Delay(TimeSpan.FromSeconds(60), rig.Time, TestContext.Current.CancellationToken);
        rig.Store.Set(ApiObjects.Service(50));
        rig.Store.Remove("Service", "default/" + ApiObjects.Name(1));
        Assert.True(rig.Knows(ObjectKind.Service, ApiObjects.Name(1)), "what was known stays while the server is away");
        var back = rig.Time.GetTimestamp();
        rig.Server.Return();
        await rig.SettledAsync("after a minute");

        // At most the longest pause, and what passes until this test sees it.
        Assert.InRange(rig.Time.GetElapsedTime(back), TimeSpan.Zero, TimeSpan.FromSeconds(40));
        Assert.Equal(1, rig.StatusOf(ObjectKind.Service).Lists);
        Assert.Single(rig.Problems, p => p.Contains(" services: ", StringComparison.Ordinal));
        await ApiRig.UntilAsync(() => rig.Notes.Count == 4, "four notes");
        Assert.All(rig.Notes, n => Assert.Contains("followed again", n, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Events_that_come_twice_and_late_change_nothing_and_are_counted()
    {
        await using var rig = await StartAsync();
        rig.Server.Misbehave = (_, isWatch) => isWatch ? new Trouble.Repetition(11) : null;
        rig.Server.ResetConnections();
        await ApiRig.UntilAsync(() => rig.StatusOf(ObjectKind.Service).Watches >= 2, "the next watch");
        for (var round = 0; round < 60; round++)
        {
            rig.Store.Set(ApiObjects.Service(round % 3, port: 300 + round));
            if (round % 4 == 3)
            {
                rig.Store.Remove("Service", "default/" + ApiObjects.Name(round % 3));
            }

            await Task.Delay(2, TestContext.Current.CancellationToken);
        }

        await rig.SettledAsync("repetitions");
        Assert.True(rig.StatusOf(ObjectKind.Service).IgnoredEvents > 50, rig.StatusOf(ObjectKind.Service).ToString());
    }

    [Fact]
    public async Task A_410_in_the_middle_of_a_list_begins_it_anew()
    {
        await using var rig = await ApiRig.CreateAsync();
        for (var s = 0; s < 1200; s++)
        {
            rig.Store.Set(ApiObjects.Service(s));
        }

        var pages = 0;
        rig.Server.Misbehave = (resource, isWatch) =>
        {
            if (resource == "services" && !isWatch && Interlocked.Increment(ref pages) == 3)
            {
                // The third page is of a version that is gone; so is a Service that the first page had.
                rig.Store.Remove("Service", "default/" + ApiObjects.Name(1));
                rig.Store.Compact();
            }

            return null;
        };
        rig.Follow();
        await rig.SettledAsync("410 within a list");
        Assert.False(rig.Knows(ObjectKind.Service, ApiObjects.Name(1)));
        Assert.Equal(2, rig.StatusOf(ObjectKind.Service).Lists);
    }

    [Fact]
    public async Task A_server_that_was_set_back_is_believed_in_the_end()
    {
        await using var rig = await StartAsync();
        rig.Store.Set(ApiObjects.Service(60));
        await rig.SettledAsync("before");

        // As after a restore from a backup: all versions are lower, and what was made since is gone.
        rig.Store.Remove("Service", "default/" + ApiObjects.Name(60));
        rig.Server.Misbehave = (resource, isWatch) => resource != "services" ? null
            : isWatch ? new Trouble.Refusal(410, "Expired")
            : new Trouble.Stale(5);
        rig.Server.ResetConnections();
        await ApiRig.UntilAsync(() => rig.StatusOf(ObjectKind.Service).Lists >= 3 && !rig.Knows(ObjectKind.Service, ApiObjects.Name(60)), "set back");
        rig.Server.Misbehave = (_, _) => null;
        await rig.SettledAsync("afterwards");
    }

    private static async Task<ApiRig> StartAsync(double step = 0.05)
    {
        var rig = await ApiRig.CreateAsync(step);
        for (var s = 0; s < 5; s++)
        {
            rig.Store.Set(ApiObjects.Service(s));
            rig.Store.Set(ApiObjects.Slice(s, 2));
        }

        rig.Store.Set(ApiObjects.Node(ApiRig.NodeName));
        rig.Follow();
        await rig.SettledAsync("the start");
        await ApiRig.UntilAsync(() => rig.Source.Status.All(s => s.IsConnected), "watches");
        return rig;
    }
}
