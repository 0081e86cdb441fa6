using Sluice.Linux;

namespace Sluice.Input;

/// <summary>Reads the node this runs on.</summary>
internal static class LiveSources
{
    /// <summary>What the node's own tools print.</summary>
    public static Sources Read()
    {
        var result = LiveNode.Read();
        if (result.Problem is { } problem)
        {
            throw new CommandFailure($"{problem}, or give a dump with --file");
        }

        var sources = new Sources();
        foreach (var source in result.Sources)
        {
            sources.AddOptional(source);
        }

        return sources;
    }
}
