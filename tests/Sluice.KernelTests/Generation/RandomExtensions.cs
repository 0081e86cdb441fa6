namespace Sluice.KernelTests.Generation;

/// <summary>Choices.</summary>
internal static class RandomExtensions
{
    public static T Pick<T>(this Random random, IReadOnlyList<T> items) => items[random.Next(items.Count)];

    public static bool Chance(this Random random, double probability) => random.NextDouble() < probability;

    /// <summary>A number from <paramref name="min"/> to <paramref name="max"/>, both possible.</summary>
    public static int Between(this Random random, int min, int max) => random.Next(min, max + 1);
}
