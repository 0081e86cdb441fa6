using Sluice.Linux.Iptables;
using Sluice.Netfilter.Rules;
using Xunit;
using static Sluice.KernelTests.Applying.Batches;

namespace Sluice.KernelTests.Applying;

/// <summary>What runs of the tools leave open in this process.</summary>
[Collection(nameof(Alone))]
public sealed class DescriptorTests
{
    [Fact]
    public async Task Runs_leave_no_descriptor_open()
    {
        using var space = ToolSpace.Open(TableBackend.Nft);
        var before = 0;
        for (var i = 0; i < 60; i++)
        {
            // What the first runs open for good, such as the runtime's own, is not a leak.
            before = i == 10 ? Descriptors() : before;
            Assert.IsType<RestoreResult.Ok>(await space.RestoreAsync(Of(Table("nat", ["X"]))));
            await space.SaveAsync(null, "nat", "filter");
        }

        var after = Descriptors();
        Assert.True(after < before + 10, $"{before} descriptors before 50 restores and 100 saves, {after} after");
    }

    // Pipes alone, which show as sockets too: the runtime opens files when it likes.
    private static int Descriptors() => Directory.EnumerateFileSystemEntries("/proc/self/fd")
        .Count(path => new FileInfo(path).LinkTarget is { } target && (target.StartsWith("pipe:", StringComparison.Ordinal) || target.StartsWith("socket:", StringComparison.Ordinal)));
}
