using System.Globalization;
using Sluice.Linux.Netlink.Nftables;
using Sluice.Netfilter.Nftables.Changes;
using Xunit;

namespace Sluice.KernelTests.Netlink;

/// <summary>A private network namespace with a connection to its nf_tables.</summary>
internal sealed class NftSpace : IDisposable
{
    internal NftSpace(string name)
    {
        Namespace = new NetworkNamespace(name);
        Connection = Connect();
    }

    internal NetworkNamespace Namespace { get; }

    internal NftConnection Connection { get; }

    internal NftConnection Connect() => Namespace.Run(() => NftConnection.TryOpen(out var problem) ?? throw new LabException(problem!));

    internal string List() => Namespace.Check("nft", ["list", "ruleset"]);

    internal void Load(string text) => Namespace.Check("nft", ["-f", "-"], text);

    /// <summary>Commits what must be taken.</summary>
    internal void Commit(NftTransaction transaction) => Ok(Connection.Commit(transaction));

    internal static void Ok(NftCommitResult result) => Assert.True(result is NftCommitResult.Ok, result.ToString());

    /// <summary>The kernel's refusal, which there must be.</summary>
    internal static NftCommitResult.Refused Refused(NftCommitResult result) =>
        result as NftCommitResult.Refused ?? throw new LabException($"it was taken: {result}");

    /// <summary>Whether a listing has a line, spaces at its ends apart.</summary>
    internal static void HasLine(string listing, string line) => Assert.True(
        listing.Split('\n').Any(l => l.Trim() == line),
        string.Create(CultureInfo.InvariantCulture, $"no line\n{line}\nin\n{listing}"));

    public void Dispose()
    {
        Connection.Dispose();
        Namespace.Dispose();
    }
}
