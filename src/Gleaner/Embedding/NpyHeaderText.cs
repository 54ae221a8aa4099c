using System.Globalization;

namespace Gleaner;

/// <summary>Reads the Python dictionary in a <c>.npy</c> header: strings, True, False and tuples of whole numbers, and nothing else.</summary>
ref struct NpyHeaderText
{
    readonly string _text;
    readonly string _where;
    int _at;

    NpyHeaderText(string text, string where) => (_text, _where) = (text, where);

    public static NpyHeader Parse(string text, string where) => new NpyHeaderText(text, where).Dictionary();

    NpyHeader Dictionary()
    {
        string? dtype = null;
        bool? fortran = null;
        long[]? shape = null;

        Expect('{');
        while (!Next('}'))
        {
            string key = String();
            Expect(':');
            switch (key)
            {
                case "descr" when dtype is null: dtype = Dtype(); break;
                case "fortran_order" when fortran is null: fortran = Boolean(); break;
                case "shape" when shape is null: shape = Tuple(); break;
                default: throw Damaged($"\"{key}\"", "descr, fortran_order and shape, each once");
            }
            if (Next(',')) continue;
            Expect('}');
            break;
        }
        if (_text.AsSpan(_at).Trim() is { Length: > 0 } rest) throw Damaged(rest[..1], "the end");
        if (dtype is null || fortran is null || shape is null) throw Damaged("a key too few", "descr, fortran_order and shape");
        return new NpyHeader(dtype, fortran.Value, shape);
    }

    string Dtype()
    {
        if (Next('['))
            throw new InvalidDataException($"{_where}: a structured array (a table with named columns); expected one number type. Save one column with numpy.save.");
        return String();
    }

    string String()
    {
        char quote = Next('"') ? '"' : '\'';
        if (quote == '\'') Expect('\'');
        int end = _text.IndexOf(quote, _at);
        if (end < 0) throw Damaged("no closing quote", "one");
        string value = _text[_at..end];
        _at = end + 1;
        return value;
    }

    bool Boolean()
    {
        SkipSpace();
        foreach (bool value in (ReadOnlySpan<bool>)[true, false])
        {
            string word = value ? "True" : "False";
            if (!_text.AsSpan(_at).StartsWith(word, StringComparison.Ordinal)) continue;
            _at += word.Length;
            return value;
        }
        throw Damaged(Here, "True or False");
    }

    long[] Tuple()
    {
        var axes = new List<long>();
        Expect('(');
        while (!Next(')'))
        {
            axes.Add(Axis());
            if (Next(',')) continue;
            Expect(')');
            break;
        }
        return [.. axes];
    }

    long Axis()
    {
        SkipSpace();
        int start = _at;
        while (_at < _text.Length && char.IsAsciiDigit(_text[_at])) _at++;
        if (!long.TryParse(_text.AsSpan(start, _at - start), NumberStyles.None, CultureInfo.InvariantCulture, out long axis))
            throw Damaged(start == _at ? Here : _text.AsSpan(start, _at - start), "a length from 0 to 2^63 - 1");
        Next('L');   // Python 2 wrote 5L on Windows.
        return axis;
    }

    void Expect(char c)
    {
        if (!Next(c)) throw Damaged(Here, $"\"{c}\"");
    }

    bool Next(char c)
    {
        SkipSpace();
        if (_at >= _text.Length || _text[_at] != c) return false;
        _at++;
        return true;
    }

    void SkipSpace()
    {
        while (_at < _text.Length && _text[_at] is ' ' or '\n' or '\t' or '\r') _at++;
    }

    readonly ReadOnlySpan<char> Here => _at < _text.Length ? _text.AsSpan(_at, 1) : "the end";

    readonly InvalidDataException Damaged(ReadOnlySpan<char> found, string expected) =>
        new($"{_where}: the .npy header has {found} at character {_at}; expected {expected}. The file is damaged.");
}
