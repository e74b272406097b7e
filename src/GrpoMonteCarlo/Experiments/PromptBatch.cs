using GrpoMonteCarlo.Kernels;
using GrpoMonteCarlo.Random;

namespace GrpoMonteCarlo.Experiments;

/// <summary>The prompts of one update after another: all, or as many as an update takes, each set of them equally likely.</summary>
internal sealed class PromptBatch
{
    private readonly int[] _prompts;
    private readonly int _perUpdate;
    private readonly WordBuffer _words;

    public PromptBatch(int prompts, int perUpdate, InstructionSet isa)
    {
        _prompts = [.. Enumerable.Range(0, prompts)];
        _perUpdate = perUpdate;
        _words = new WordBuffer(isa);
    }

    /// <summary>The prompts of a replicate's update, valid until the next are chosen.</summary>
    public ReadOnlySpan<int> Choose(StreamKey key, long replicate, int iteration)
    {
        if (_perUpdate == _prompts.Length)
        {
            return _prompts;
        }

        // Each update starts from the order 0, 1, 2, ...: what it chooses must not depend on earlier ones.
        for (int i = 0; i < _prompts.Length; i++)
        {
            _prompts[i] = i;
        }

        _words.Begin(key, new StreamAddress(replicate, iteration, 0, StreamPurpose.Batch));
        for (int i = 0; i < _perUpdate; i++)
        {
            int other = i + (int)Math.BigMul(_words.Next(), (ulong)(_prompts.Length - i), out _);
            (_prompts[i], _prompts[other]) = (_prompts[other], _prompts[i]);
        }

        return _prompts.AsSpan(0, _perUpdate);
    }
}
