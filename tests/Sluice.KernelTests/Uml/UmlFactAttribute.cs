using System.Runtime.CompilerServices;
using Xunit;

namespace Sluice.KernelTests.Uml;

/// <summary>A test that needs a kernel with IPVS: on others <see cref="UmlTests"/> runs it in User Mode Linux, and here it counts as not run.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class UmlFactAttribute : FactAttribute
{
    public UmlFactAttribute([CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
        : base(sourceFilePath, sourceLineNumber) => Explicit = !UmlKernel.RunsTests;
}
