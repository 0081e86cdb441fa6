using Sluice.Linux;
using Sluice.Netfilter.Text;

namespace Sluice.Input;

/// <summary>Reads the node this runs on.</summary>
internal static class LiveSources
{
    /// <summary>What the node's own tools print.</summary>
    public static IReadOnlyList<SourceText> Read()
    {
        var result = LiveNode.Read();
        return result.Problem is { } problem
            ? throw new CommandFailure($"{problem}, or give a dump with --file")
            : result.Sources;
    }
}
