using Sluice.KernelTests.Lab;
using Xunit;

namespace Sluice.KernelTests;

/// <summary>One lab per variant for a class of tests; a test that finds none is skipped with the reason.</summary>
public sealed class LabFixture : IDisposable
{
    private readonly Dictionary<LabVariant, KernelLab> _labs = [];

    public KernelLab Lab(LabVariant variant)
    {
        if (LabProbe.Unavailable(variant) is { } reason)
        {
            Assert.Skip(reason);
        }

        if (!_labs.TryGetValue(variant, out var lab))
        {
            _labs[variant] = lab = KernelLab.Create(variant);
        }

        return lab;
    }

    public void Dispose()
    {
        foreach (var lab in _labs.Values)
        {
            lab.Dispose();
        }
    }
}
