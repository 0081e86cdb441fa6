using System.Globalization;
using Xunit;

namespace Sluice.KernelTests.Daemon;

/// <summary>kill -9 while an API server's objects change: each next start sets the kernel right.</summary>
public sealed class ServedCrashTests(ITestOutputHelper output)
{
    private const int Moments = 20;
    private const int Services = 100;

    [Fact]
    public async Task Killed_at_any_moment_the_next_start_comes_to_what_the_server_has()
    {
        const int Seed = 20261129;
        var random = new Random(Seed);
        await using var lab = await ServedProxyLab.CreateAsync();
        var version = 0;
        lab.Serve(Version(version));
        var told = new List<string> { $"seed {Seed}" };
        for (var i = 1; i <= Moments; i++)
        {
            // Odd ones are killed at work, even ones while they read the server and write all for the first time.
            var proxy = lab.Run();
            await (i % 2 == 1 ? proxy.ReadyAsync() : proxy.LineAsync(0, "starting"));
            var before = version;
            for (var rest = random.Next(1000); rest > 0;)
            {
                lab.Serve(Version(++version));
                var pause = Math.Min(rest, random.Next(1, 60));
                await Task.Delay(pause, TestContext.Current.CancellationToken);
                rest -= pause;
            }

            await proxy.KillAsync();
            lab.Serve(Version(++version));
            var damage = lab.Difference().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;
            var next = await lab.StartAsync();
            await lab.BecomesRightAsync(next, string.Join('\n', told));
            told.Add(string.Create(
                CultureInfo.InvariantCulture, $"{i}: killed after {version - before} versions and {proxy.Lines.Count} lines, {damage} differences before the next start, none after"));
            await next.KillAsync();
        }

        output.WriteLine(string.Join('\n', told));
    }

    private static IEnumerable<string> Version(int version) => Enumerable.Range(0, Services)
        .Where(s => (s + version) % 5 != 0)
        .SelectMany(s => (string[])[
            ClusterFile.Service(ClusterFile.NameOf(s), ClusterFile.Address(s)),
            ClusterFile.Slice(ClusterFile.NameOf(s), s, [.. Enumerable.Range(0, 8).Where(e => ((e * 7) + s + version) % 3 != 0)])]);
}
