using Sluice.KernelTests.Lab;
using Xunit;

namespace Sluice.KernelTests.Daemon;

public sealed class CrashTests
{
    private const int Moments = 20;

    // Whatever the kill leaves half-done, the next start must find and mend: each start is judged before the next kill.
    [Theory]
    [InlineData(LabVariant.Nft, true)]
    [InlineData(LabVariant.Legacy, false)]
    public async Task Killed_at_any_moment_of_a_sync_the_next_start_sets_it_right(LabVariant variant, bool fromServer)
    {
        const int Seed = 20261123;
        var random = new Random(Seed);
        await using var lab = await ProxyLab.CreateAsync(variant, fromServer);
        lab.Write(Version(0));
        ProxyProcess? proxy = null;
        var told = new List<string>();
        for (var i = 1; i <= Moments; i++)
        {
            if (i % 2 == 0)
            {
                // While it starts on rules of another version, or of a kill.
                lab.Write(Version(i));
                proxy = lab.Start();
                await proxy.LineAsync(0, "starting");
            }
            else
            {
                // While it writes a change.
                proxy ??= lab.Start();
                await proxy.ReadyAsync();
                lab.Write(Version(i));
            }

            var wait = TimeSpan.FromMilliseconds(random.Next(600));
            await Task.Delay(wait, TestContext.Current.CancellationToken);
            await proxy.KillAsync();
            told.Add($"{i}: killed after {wait.TotalMilliseconds} ms, {proxy.Lines.Count} lines");

            proxy = lab.Start();
            await proxy.ReadyAsync();
            await proxy.ReadyAsync("IPv6");
            var difference = lab.Difference();
            Assert.True(difference.Length == 0, $"seed {Seed}\n{string.Join('\n', told)}\n{difference}\n{proxy.Log}");
            if (i % 2 == 1)
            {
                await proxy.KillAsync();
                proxy = null;
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', told));
    }

    private static string Version(int version) =>
        ClusterFile.Json(250, i => [.. Enumerable.Range(0, 8).Where(e => ((e * 7) + i + version) % 3 != 0)]);
}
