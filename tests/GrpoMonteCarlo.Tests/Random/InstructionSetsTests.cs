using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using GrpoMonteCarlo.Random;

namespace GrpoMonteCarlo.Tests.Random;

public class InstructionSetsTests
{
    [Fact]
    public void Availability_follows_the_processor()
    {
        Assert.Contains(InstructionSet.Scalar, InstructionSets.Available);
        Assert.Equal(Vector128.IsHardwareAccelerated, InstructionSets.Available.Contains(InstructionSet.Vector128));
        Assert.Equal(Avx2.IsSupported, InstructionSets.Available.Contains(InstructionSet.Avx2));
        Assert.Equal(Avx512F.IsSupported, InstructionSets.Available.Contains(InstructionSet.Avx512));
    }

    [Fact]
    public void The_widest_is_the_best_unless_forced()
    {
        Assert.Equal(InstructionSets.Available.Max(), InstructionSets.Best);
        Assert.Equal(InstructionSets.Best, InstructionSets.Select(null));
        Assert.Equal(InstructionSets.Best, InstructionSets.Select(""));
    }

    [Fact]
    public void Every_available_one_can_be_forced_in_any_case()
    {
        foreach (InstructionSet isa in InstructionSets.Available)
        {
            Assert.Equal(isa, InstructionSets.Select(isa.ToString().ToUpperInvariant()));
            Assert.Equal(isa, InstructionSets.Select(isa.ToString().ToLowerInvariant()));
        }
    }

    [Theory]
    [InlineData("avx1024")]
    [InlineData("3")]
    [InlineData(" ")]
    public void An_unknown_one_is_an_error_of_one_line(string forced)
    {
        InstructionSetException error = Assert.Throws<InstructionSetException>(() => InstructionSets.Select(forced));
        Assert.Contains($"GRPOMC_ISA={forced}", error.Message, StringComparison.Ordinal);
        Assert.Contains("scalar", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }
}
