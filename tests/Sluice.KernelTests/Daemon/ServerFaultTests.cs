using System.Globalization;
using Sluice.Tests.Api.Server;
using Xunit;

namespace Sluice.KernelTests.Daemon;

/// <summary>An API server that misbehaves, the real proxy, and the kernel: afterwards it has what the server has, and nothing was lost on the way.</summary>
public sealed class ServerFaultTests(ITestOutputHelper output)
{
    private const int Services = 12;

    // A Service that is there all the time.
    private const string Kept = "172.30.0.1 ";

    private static readonly Dictionary<string, Trouble> s_watches = new(StringComparer.Ordinal)
    {
        ["cut mid-object"] = new Trouble.Cut(250),
        ["ended mid-object"] = new Trouble.Short(250),
        ["ended at once"] = new Trouble.Short(0),
        ["garbage"] = new Trouble.Garbage(200),
        ["silent mid-object"] = new Trouble.Silence(250),
        ["slow"] = new Trouble.Drip(100, TimeSpan.FromSeconds(0.05)),
        ["410 at once"] = new Trouble.Expiry(0),
        ["410 later"] = new Trouble.Expiry(2),
        ["410 as an answer"] = new Trouble.Refusal(410, "Expired"),
        ["429"] = new Trouble.Refusal(429, "TooManyRequests", 2),
        ["503"] = new Trouble.Refusal(503, "ServiceUnavailable"),
        ["twice and out of date"] = new Trouble.Repetition(7),
    };

    private static readonly Dictionary<string, Trouble> s_lists = new(StringComparer.Ordinal)
    {
        ["cut mid-object"] = new Trouble.Cut(900),
        ["ended mid-object"] = new Trouble.Short(900),
        ["garbage"] = new Trouble.Garbage(900),
        ["slow"] = new Trouble.Drip(500, TimeSpan.FromSeconds(0.05)),
        ["410"] = new Trouble.Refusal(410, "Expired"),
        ["500"] = new Trouble.Refusal(500, "InternalError"),
        ["an older version"] = new Trouble.Stale(17),
    };

    [Fact]
    public async Task Through_each_fault_in_turn_the_kernel_comes_to_what_the_server_has()
    {
        await using var lab = await ServedProxyLab.CreateAsync();
        var version = 0;
        lab.Serve(Version(version));
        var proxy = await lab.StartAsync();
        await lab.BecomesRightAsync(proxy, "the start");
        foreach (var (isWatch, name, trouble) in s_watches.Select(f => (true, f.Key, f.Value)).Concat(s_lists.Select(f => (false, f.Key, f.Value))))
        {
            var met = 0;
            lab.Server.Misbehave = (resource, watches) =>
                watches == isWatch && resource is "services" or "endpointslices" && Interlocked.Increment(ref met) <= 2 ? trouble : null;
            if (!isWatch)
            {
                // Watches from before are gone: what follows is a list.
                lab.Server.Leave();
                lab.Serve(Version(++version));
                lab.Server.Store.Compact();
                lab.Server.Return();
            }

            lab.Server.ResetConnections();
            for (var change = 0; change < 3; change++)
            {
                lab.Serve(Version(++version));
                await Task.Delay(20, TestContext.Current.CancellationToken);
            }

            var when = $"{(isWatch ? "watch" : "list")}: {name}";
            var time = await lab.BecomesRightAsync(proxy, when, Kept);
            for (var waits = 0; Volatile.Read(ref met) == 0; waits++)
            {
                Assert.True(waits < 300, $"{when}: nobody met the fault\n{proxy.Log}");
                await Task.Delay(100, TestContext.Current.CancellationToken);
            }

            lab.Server.Misbehave = (_, _) => null;
            lab.Serve(Version(++version));
            await lab.BecomesRightAsync(proxy, when + ", and a change after it", Kept);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{when}: right after {time.TotalSeconds:0.0} s, met {Math.Min(met, 2)} times"));
        }

        await proxy.StopAsync();
    }

    [Fact]
    public async Task While_the_server_is_gone_for_a_minute_the_kernel_keeps_what_it_had_and_then_catches_up()
    {
        await using var lab = await ServedProxyLab.CreateAsync();
        lab.Serve(Version(0));
        var proxy = await lab.StartAsync();
        await lab.BecomesRightAsync(proxy, "the start");
        lab.Server.Leave();
        for (var second = 0; second < 60; second++)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
            Assert.Equal("", lab.Difference());
        }

        lab.Serve(Version(7));
        lab.Server.Return();
        var time = await lab.BecomesRightAsync(proxy, "after a minute", Kept);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"right {time.TotalSeconds:0.0} s after the server was back"));
        await proxy.StopAsync();
    }

    // Services come and go, and all have other endpoints than before.
    private static IEnumerable<string> Version(int version) =>
        from s in Enumerable.Range(0, Services)
        where s == 0 || (s + version) % 4 != 0
        from item in (string[])[
            ClusterFile.Service(ClusterFile.NameOf(s), ClusterFile.Address(s)),
            ClusterFile.Slice(ClusterFile.NameOf(s), s, [.. Enumerable.Range(0, 6).Where(e => e == 0 || ((e * 7) + s + version) % 3 != 0)])]
        select item;
}
