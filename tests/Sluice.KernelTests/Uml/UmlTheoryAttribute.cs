using System.Runtime.CompilerServices;
using Xunit;

namespace Sluice.KernelTests.Uml;

/// <summary>As <see cref="UmlFactAttribute"/>, for a test with data.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class UmlTheoryAttribute : TheoryAttribute
{
    public UmlTheoryAttribute([CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
        : base(sourceFilePath, sourceLineNumber) => Explicit = !UmlKernel.RunsTests;
}
