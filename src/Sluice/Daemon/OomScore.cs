using System.Globalization;

namespace Sluice.Daemon;

/// <summary>What the kernel's out-of-memory killer thinks of this process (proc(5), oom_score_adj).</summary>
internal static class OomScore
{
    private const string File = "/proc/self/oom_score_adj";

    /// <summary>Sets it; to lower it takes CAP_SYS_RESOURCE, and doing without is no failure.</summary>
    /// <param name="score">From -1000 (never killed) to 1000.</param>
    /// <param name="log">Where to tell.</param>
    public static void Set(int score, EventLog log)
    {
        try
        {
            System.IO.File.WriteAllText(File, score.ToString(CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.Detail("the out-of-memory score stays as it is", ("wanted", score), ("problem", e.Message));
        }
    }
}
