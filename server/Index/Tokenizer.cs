using System.Buffers;
using System.Text;
using Basalt.Server.Schema;

namespace Basalt.Server.Index;

/// <summary>Splits text into the terms of the inverted index. Reuses its memory; not thread-safe.</summary>
internal sealed class Tokenizer
{
    private const int TrigramLength = 3;

    private readonly List<(int Offset, int Length)> _terms = [];
    private byte[] _bytes = new byte[256];
    private int _length;
    private int _maxTerms;

    /// <summary>Terms found by the last call.</summary>
    public int Count => _terms.Count;

    /// <summary>A term of the last call.</summary>
    public ReadOnlySpan<byte> this[int index] => _bytes.AsSpan(_terms[index].Offset, _terms[index].Length);

    /// <summary>Splits a text.</summary>
    /// <param name="tokenization">How.</param>
    /// <param name="text">Valid UTF-8.</param>
    /// <param name="keepWildcards">Whether <c>*</c> and <c>?</c> belong to terms: for patterns of a Like filter.</param>
    /// <param name="maxTerms">Stops after as many terms.</param>
    public void Tokenize(Tokenization tokenization, ReadOnlySpan<byte> text, bool keepWildcards = false, int maxTerms = int.MaxValue)
    {
        _maxTerms = maxTerms;
        _terms.Clear();
        _length = 0;
        switch (tokenization)
        {
            case Tokenization.Word:
                Split(text, wordsOnly: true, lowerCase: true, keepWildcards);
                break;
            case Tokenization.Lowercase:
                Split(text, wordsOnly: false, lowerCase: true, keepWildcards);
                break;
            case Tokenization.Whitespace:
                Split(text, wordsOnly: false, lowerCase: false, keepWildcards);
                break;
            case Tokenization.Trigram:
                Split(text, wordsOnly: true, lowerCase: true, keepWildcards);
                JoinIntoTrigrams();
                break;
            default:
                AddTrimmed(text);
                break;
        }
    }

    private void Split(ReadOnlySpan<byte> text, bool wordsOnly, bool lowerCase, bool keepWildcards)
    {
        int start = 0;
        while (!text.IsEmpty && _terms.Count < _maxTerms)
        {
            Rune.DecodeFromUtf8(text, out Rune rune, out int consumed);
            bool belongs = wordsOnly ? Rune.IsLetterOrDigit(rune) || Rune.IsNumber(rune) : !Rune.IsWhiteSpace(rune);
            if (belongs || (keepWildcards && rune.Value is ('*' or '?')))
            {
                Append(lowerCase ? Rune.ToLowerInvariant(rune) : rune);
            }
            else
            {
                EndTerm(ref start);
            }

            text = text[consumed..];
        }

        EndTerm(ref start);
    }

    private void AddTrimmed(ReadOnlySpan<byte> text)
    {
        while (Rune.DecodeFromUtf8(text, out Rune rune, out int consumed) == OperationStatus.Done && Rune.IsWhiteSpace(rune))
        {
            text = text[consumed..];
        }

        while (Rune.DecodeLastFromUtf8(text, out Rune rune, out int consumed) == OperationStatus.Done && Rune.IsWhiteSpace(rune))
        {
            text = text[..^consumed];
        }

        if (!text.IsEmpty)
        {
            Reserve(text.Length);
            text.CopyTo(_bytes);
            _terms.Add((0, text.Length));
        }
    }

    /// <summary>Replaces the words by all runs of three characters of the text without its gaps; a shorter text is one term.</summary>
    private void JoinIntoTrigrams()
    {
        _terms.Clear();
        if (_length == 0)
        {
            return;
        }

        Span<int> starts = stackalloc int[TrigramLength];
        int seen = 0;
        for (int offset = 0; offset < _length && _terms.Count < _maxTerms; seen++)
        {
            if (seen >= TrigramLength)
            {
                int start = starts[seen % TrigramLength];
                _terms.Add((start, offset - start));
            }

            starts[seen % TrigramLength] = offset;
            Rune.DecodeFromUtf8(_bytes.AsSpan(offset, _length - offset), out _, out int consumed);
            offset += consumed;
        }

        int last = seen >= TrigramLength ? starts[seen % TrigramLength] : 0;
        _terms.Add((last, _length - last));
    }

    private void Append(Rune rune)
    {
        Reserve(_length + 4);
        if (rune.IsAscii)
        {
            _bytes[_length++] = (byte)rune.Value;
        }
        else
        {
            _length += rune.EncodeToUtf8(_bytes.AsSpan(_length));
        }
    }

    private void EndTerm(ref int start)
    {
        if (_length > start)
        {
            _terms.Add((start, _length - start));
            start = _length;
        }
    }

    private void Reserve(int length)
    {
        if (length > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(length, 2 * _bytes.Length));
        }
    }
}
