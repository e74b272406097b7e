using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GrpoMonteCarlo.Random;

/// <summary>What a kernel is written for, slowest first (measured: bench/results). Every one gives the same bits.</summary>
internal enum InstructionSet
{
    /// <summary>64-bit words: the specification.</summary>
    Scalar,

    /// <summary>Portable 128-bit vectors.</summary>
    Vector128,

    /// <summary>256-bit vectors of x86.</summary>
    Avx2,

    /// <summary>512-bit vectors of x86.</summary>
    Avx512,
}

/// <summary>Which instruction sets this process may use, and which one it does.</summary>
internal static class InstructionSets
{
    /// <summary>The environment variable that forces an instruction set, by its name in any case.</summary>
    public const string Variable = "GRPOMC_ISA";

    /// <summary>
    /// How a kernel is compiled: fully optimised at its first call, and on its own. Profile-guided inlining into its
    /// caller makes it 3 to 5 times slower, some seconds into a run (measured, .NET 10.0.12).
    /// </summary>
    public const MethodImplOptions Kernel = MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining;

    /// <summary>The instruction sets that this process can run, slowest first.</summary>
    public static IReadOnlyList<InstructionSet> Available { get; } = [.. Enum.GetValues<InstructionSet>().Where(IsAvailable)];

    /// <summary>The fastest one that is available.</summary>
    public static InstructionSet Best => Available[^1];

    /// <summary>The one to use: <see cref="Best"/>, or the one that <see cref="Variable"/> forces.</summary>
    public static InstructionSet Selected => Select(Environment.GetEnvironmentVariable(Variable));

    /// <summary><see cref="Best"/> if <paramref name="forced"/> is null or empty, else the instruction set of that name.</summary>
    public static InstructionSet Select(string? forced)
    {
        if (string.IsNullOrEmpty(forced))
        {
            return Best;
        }

        foreach (InstructionSet isa in Available)
        {
            if (forced.Equals(isa.ToString(), StringComparison.OrdinalIgnoreCase))
            {
                return isa;
            }
        }

        string choices = string.Join(", ", Available).ToLowerInvariant();
        throw new InstructionSetException($"{Variable}={forced} is unknown or unavailable here; available: {choices}.");
    }

    // Avx512F.IsSupported, not Vector512.IsHardwareAccelerated: the latter is false on processors that have AVX-512 but
    // lower their clock for it, where AVX-512 is still the fastest (measured on Cascade Lake).
    private static bool IsAvailable(InstructionSet isa) => isa switch
    {
        InstructionSet.Vector128 => Vector128.IsHardwareAccelerated,
        InstructionSet.Avx2 => Avx2.IsSupported,
        InstructionSet.Avx512 => Avx512F.IsSupported,
        _ => true,
    };
}
