using Sluice.KernelTests.Lab;
using Sluice.Linux.Iptables;
using Sluice.Net;
using Sluice.Netfilter.Iptables;
using Sluice.Netfilter.Rules;
using Xunit;

namespace Sluice.KernelTests.Applying;

/// <summary>The iptables tools of one variant and family at work in a network namespace of their own.</summary>
internal sealed class ToolSpace : IDisposable
{
    private readonly NetworkNamespace _space;

    private ToolSpace(NetworkNamespace space, IptablesTools tools) => (_space, Tools) = (space, tools);

    internal IptablesTools Tools { get; }

    internal NetworkNamespace Namespace => _space;

    internal static TheoryData<TableBackend, IPFamily> All => new(
        from backend in new[] { TableBackend.Nft, TableBackend.Legacy }
        from family in Enum.GetValues<IPFamily>()
        select (backend, family));

    internal static ToolSpace Open(TableBackend backend, IPFamily family = IPFamily.IPv4, IptablesToolOptions? options = null)
    {
        if (LabProbe.Unavailable(backend == TableBackend.Nft ? LabVariant.Nft : LabVariant.Legacy) is { } reason)
        {
            Assert.Skip(reason);
        }

        var space = new NetworkNamespace("applying");
        var detection = space.Run(() => IptablesTools.Detect(family, (options ?? new IptablesToolOptions()) with { Backend = backend }));
        return new ToolSpace(space, Assert.IsType<IptablesDetection.Found>(detection).Tools);
    }

    /// <summary>The same namespace with a program in the place of iptables-restore or iptables-save.</summary>
    internal IptablesTools With(string? restore = null, string? save = null, IptablesToolOptions? options = null) => new(
        Tools.Programs with { Restore = restore ?? Tools.Programs.Restore, Save = save ?? Tools.Programs.Save },
        options ?? new IptablesToolOptions());

    internal Task<RestoreResult> RestoreAsync(RestoreBatch batch, IptablesTools? tools = null) =>
        _space.Run(() => (tools ?? Tools).RestoreAsync(batch, TestContext.Current.CancellationToken));

    internal async Task<RestoreResult.Failed> FailureOfAsync(RestoreBatch batch, IptablesTools? tools = null)
    {
        var failed = Assert.IsType<RestoreResult.Failed>(await RestoreAsync(batch, tools));
        TestContext.Current.TestOutputHelper?.WriteLine($"{failed.Kind}: {failed.Message}");
        Assert.DoesNotContain('\n', failed.Message);
        return failed;
    }

    internal Task<SaveResult<string>> SaveAsync(IptablesTools? tools = null, params string[] tables) => _space.Run(() => (tools ?? Tools).SaveAsync(
        tables,
        stream =>
        {
            using var reader = new StreamReader(stream, leaveOpen: true);
            return reader.ReadToEnd();
        },
        TestContext.Current.CancellationToken));

    /// <summary>The chains and rules of the tables, without counters.</summary>
    internal async Task<string[]> RulesAsync(params string[] tables)
    {
        var text = Assert.IsType<SaveResult<string>.Read>(await SaveAsync(null, tables)).Value;
        return [.. text.Split('\n').Where(line => line.StartsWith('-') || line.EndsWith("- [0:0]", StringComparison.Ordinal))];
    }

    public void Dispose() => _space.Dispose();
}
