using Xunit;

namespace Sluice.Tests.Daemon;

/// <summary>Random sequences of what may befall a proxy, each told step by step when it ends badly.</summary>
internal static class Story
{
    /// <summary>Plays one for each seed from 1 on, and tells how often each kind of step came.</summary>
    /// <param name="seeds">How many.</param>
    /// <param name="play">Plays one, and adds a line for each step, which begins with its kind.</param>
    public static async Task PlayAsync(int seeds, Func<Random, List<string>, Task> play)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var seed = 1; seed <= seeds; seed++)
        {
            var story = new List<string>();
            try
            {
                await play(new Random(seed), story);
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}\n{string.Join('\n', story)}\n{e}");
            }

            foreach (var word in story.Select(s => s.Split(' ')[0]))
            {
                seen[word] = seen.GetValueOrDefault(word) + 1;
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", seen.Select(s => $"{s.Key} {s.Value}")));
    }
}
