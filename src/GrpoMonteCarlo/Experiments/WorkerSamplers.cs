using GrpoMonteCarlo.Kernels;
using GrpoMonteCarlo.Random;

namespace GrpoMonteCarlo.Experiments;

/// <summary>The samplers of one worker, each made when it is first needed: they own buffers.</summary>
internal sealed class WorkerSamplers(InstructionSet isa, Func<Sampler, ICountSampler> samplerOf)
{
    private readonly ICountSampler?[] _samplers = new ICountSampler?[Enum.GetValues<Sampler>().Length];
    private WordBuffer? _words;
    private ArmSampler? _arms;

    /// <summary>The instruction set.</summary>
    public InstructionSet InstructionSet => isa;

    /// <summary>Ends what the samplers are at.</summary>
    public CancellationToken Cancellation { get; set; }

    /// <summary>Random words.</summary>
    public WordBuffer Words => _words ??= new WordBuffer(isa);

    /// <summary>The sampler of arms.</summary>
    public ArmSampler Arms => _arms ??= new ArmSampler(isa);

    /// <summary>The sampler of groups.</summary>
    public ICountSampler Of(Sampler sampler)
    {
        ICountSampler made = _samplers[(int)sampler] ??= samplerOf(sampler);
        made.Cancellation = Cancellation;
        return made;
    }
}
