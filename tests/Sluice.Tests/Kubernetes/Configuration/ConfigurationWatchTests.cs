using System.Diagnostics;
using Sluice.Kubernetes.Configuration;
using Xunit;

namespace Sluice.Tests.Kubernetes.Configuration;

public sealed class ConfigurationWatchTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly string _folder = Directory.CreateTempSubdirectory("sluice-config-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_file_that_is_written_in_place_is_read_again()
    {
        var path = Path.Combine(_folder, "config.conf");
        File.WriteAllText(path, Text(1));
        await AssertNoticedAsync(path, () => File.WriteAllText(path, Text(2)), 2);
    }

    [Fact]
    public async Task A_file_that_another_takes_the_place_of_is_read_again()
    {
        var path = Path.Combine(_folder, "config.conf");
        File.WriteAllText(path, Text(1));
        await AssertNoticedAsync(
            path,
            () =>
            {
                File.WriteAllText(path + ".new", Text(2));
                File.Move(path + ".new", path, overwrite: true);
            },
            2);
    }

    [Fact]
    public async Task A_mounted_config_map_is_read_again_when_the_kubelet_turns_its_link()
    {
        var path = Path.Combine(_folder, "config.conf");
        Version("..v1", 1);
        File.CreateSymbolicLink(Path.Combine(_folder, "..data"), "..v1");
        File.CreateSymbolicLink(path, "..data/config.conf");
        await AssertNoticedAsync(
            path,
            () =>
            {
                Version("..v2", 2);
                File.CreateSymbolicLink(Path.Combine(_folder, "..data_tmp"), "..v2");
                using (var move = Process.Start("mv", ["-T", Path.Combine(_folder, "..data_tmp"), Path.Combine(_folder, "..data")]))
                {
                    move.WaitForExit();
                }

                Directory.Delete(Path.Combine(_folder, "..v1"), recursive: true);
            },
            2);
    }

    [Fact]
    public async Task A_file_that_makes_no_sense_is_told_and_the_next_that_does_is_read()
    {
        var path = Path.Combine(_folder, "config.conf");
        File.WriteAllText(path, Text(1));
        var watch = new ConfigurationWatch(path, TimeProvider.System);
        Assert.IsType<ConfigurationResult.Read>(watch.Read());
        using var late = new CancellationTokenSource(s_patience);
        await using var changes = watch.WatchAsync(late.Token).GetAsyncEnumerator(late.Token);
        File.WriteAllText(path, Text(1) + "mode: nonsense\n");
        Assert.True(await changes.MoveNextAsync());
        Assert.IsType<ConfigurationResult.Refused>(changes.Current);
        File.Delete(path);
        File.WriteAllText(path, Text(3));
        Assert.True(await changes.MoveNextAsync());
        Assert.Equal(3, Verbosity(changes.Current));
    }

    private static string Text(int verbosity) => $"{ConfigurationText.Header}logging: {{verbosity: {verbosity}}}\n";

    private static int Verbosity(ConfigurationResult result) => Assert.IsType<ConfigurationResult.Read>(result).File.Configuration.Logging.Verbosity;

    private static async Task AssertNoticedAsync(string path, Action change, int expected)
    {
        var watch = new ConfigurationWatch(path, TimeProvider.System);
        Assert.Equal(1, Verbosity(watch.Read()));
        using var late = new CancellationTokenSource(s_patience);
        await using var changes = watch.WatchAsync(late.Token).GetAsyncEnumerator(late.Token);
        var next = changes.MoveNextAsync();
        change();
        Assert.True(await next);
        Assert.Equal(expected, Verbosity(changes.Current));
    }

    private void Version(string name, int verbosity)
    {
        Directory.CreateDirectory(Path.Combine(_folder, name));
        File.WriteAllText(Path.Combine(_folder, name, "config.conf"), Text(verbosity));
    }
}
